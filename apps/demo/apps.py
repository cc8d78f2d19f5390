from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The whole story on one machine: demo, demo check and benchmarks, against the sandbox."""

    name = "apps.demo"
    label = "demo"
