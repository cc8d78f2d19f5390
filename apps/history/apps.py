from importlib import import_module

from django.apps import AppConfig

from apps.core import rotation


class HistoryConfig(AppConfig):
    name = "apps.history"
    label = "history"

    def ready(self) -> None:
        import_module("apps.history.receivers")
        from apps.history import signing
        from apps.history.offsite import credentials

        for place in (signing.wrapped_keys(), *credentials.wrapped_keys()):
            rotation.register(place)
