from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_save


class CoreConfig(AppConfig):
    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        from apps.core import among, cache_table, scope, scope_connection, timestamps  # noqa: F401
        from apps.core.walls import building

        connection_created.connect(
            scope_connection.follow_scope, dispatch_uid="holdfast.scope_connection"
        )
        connection_created.connect(timestamps.read_quickly, dispatch_uid="holdfast.timestamps")
        pre_save.connect(scope.check_saved, dispatch_uid="holdfast.check_saved")
        for receiver in (cache_table.make_cache_table, building.build_walls):
            post_migrate.connect(receiver, sender=_last_told(), dispatch_uid=receiver.__name__)


def _last_told() -> AppConfig:
    """The app that hears last that everything is migrated. Apps without models are not told."""
    return [config for config in apps.get_app_configs() if config.models_module is not None][-1]
