from django.apps import AppConfig


class OffboardingConfig(AppConfig):
    name = "apps.offboarding"
    label = "offboarding"
