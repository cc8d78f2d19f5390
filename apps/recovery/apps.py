from __future__ import annotations

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "apps.recovery"
    label = "recovery"
    verbose_name = "Recovery"

    def ready(self) -> None:
        from apps.history.retention import holders
        from apps.recovery.needing import needed_by_recoveries

        holders.register(needed_by_recoveries)
