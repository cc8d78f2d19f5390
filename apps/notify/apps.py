from django.apps import AppConfig

from apps.core import rotation


class NotifyConfig(AppConfig):
    name = "apps.notify"
    label = "notify"

    def ready(self) -> None:
        from apps.access.signals import mail_wanted
        from apps.notify import personal

        mail_wanted.connect(personal.on_mail_wanted, dispatch_uid="notify-personal")
        from apps.notify.pushing import services as pushing
        from apps.notify.routes import targets

        rotation.register(pushing.wrapped_keys())
        rotation.register(targets.wrapped_keys())
