from django.apps import AppConfig


class ConnectConfig(AppConfig):
    name = "apps.connect"
    label = "connect"

    def ready(self) -> None:
        from apps.connect import receivers  # noqa: F401 - connects them
