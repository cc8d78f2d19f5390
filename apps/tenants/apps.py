from django.apps import AppConfig

from apps.core import rotation


class TenantsConfig(AppConfig):
    name = "apps.tenants"
    label = "tenants"

    def ready(self) -> None:
        from apps.audit import keys as audit_keys
        from apps.tenants import keys

        for place in keys.wrapped_keys():
            rotation.register(place)
        audit_keys.register_tenant_keys(keys.key_if_any)
