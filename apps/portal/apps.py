from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Server-rendered pages; no domain logic."""

    name = "apps.portal"
    label = "portal"
