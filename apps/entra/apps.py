from django.apps import AppConfig


class EntraConfig(AppConfig):
    name = "apps.entra"
    label = "entra"
