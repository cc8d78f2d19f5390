from __future__ import annotations

from django.apps import AppConfig


class DiffsConfig(AppConfig):
    name = "apps.diffs"
    label = "diffs"
    verbose_name = "Difference reports"

    def ready(self) -> None:
        from apps.diffs.needing import needed_by_reports
        from apps.history.retention import holders

        holders.register(needed_by_reports)
