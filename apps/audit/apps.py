from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.core import rotation


class AuditConfig(AppConfig):
    name = "apps.audit"
    label = "audit"

    def ready(self) -> None:
        autodiscover_modules("audit_events")
        from apps.audit import keys

        for place in keys.wrapped_keys():
            rotation.register(place)
