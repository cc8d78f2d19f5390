"""Limits on sign-in count over all processes."""

from __future__ import annotations

import subprocess
import sys

from django.core.cache import cache

from config import embedded
from tests.support.databases import ROOT

SEEN = "from django.core.cache import cache; print(cache.get('attempts'))"


def test_another_process_sees_what_this_one_counted(live_database: embedded.Urls) -> None:
    cache.set("attempts", [3.0, 2.0], 60)

    shell = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", SEEN]
    seen = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "[3.0, 2.0]"
