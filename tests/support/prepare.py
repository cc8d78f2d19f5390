"""Makes the template of the test databases: python -m tests.support.prepare.

The first test would otherwise make it while all others wait.
"""

from __future__ import annotations

import os

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()

    from tests.support import databases

    databases.template()
