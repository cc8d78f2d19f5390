from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core import scope_connection

        connection_created.connect(
            scope_connection.follow_scope, dispatch_uid="holdfast.scope_connection"
        )
