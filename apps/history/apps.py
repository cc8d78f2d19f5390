from importlib import import_module

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "apps.history"
    label = "history"

    def ready(self) -> None:
        import_module("apps.history.receivers")
