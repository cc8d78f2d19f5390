from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save

from apps.audit.signals import found_broken
from apps.core import rotation


class AccessConfig(AppConfig):
    name = "apps.access"
    label = "access"

    def ready(self) -> None:
        from apps.access.broken_trail import on_found_broken
        from apps.access.reach_in_sql import tell_the_wall
        from apps.access.signin import events, secrets

        tell_the_wall()
        found_broken.connect(on_found_broken, dispatch_uid="mail-of-a-broken-trail")
        rotation.register(secrets.wrapped_keys())
        for signal, receiver in (
            (post_save, events.on_factor_saved),
            (post_delete, events.on_factor_deleted),
        ):
            signal.connect(receiver, sender="mfa.Authenticator", dispatch_uid=receiver.__name__)
