from __future__ import annotations

from django.apps import AppConfig


class DiffsConfig(AppConfig):
    name = "apps.diffs"
    label = "diffs"
    verbose_name = "Difference reports"
