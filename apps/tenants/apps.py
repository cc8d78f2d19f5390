from django.apps import AppConfig

from apps.core import rotation


class TenantsConfig(AppConfig):
    name = "apps.tenants"
    label = "tenants"

    def ready(self) -> None:
        from apps.tenants import keys

        for place in keys.wrapped_keys():
            rotation.register(place)
