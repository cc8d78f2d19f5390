from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "apps.notify"
    label = "notify"

    def ready(self) -> None:
        from apps.access.signals import mail_wanted
        from apps.notify import personal

        mail_wanted.connect(personal.on_mail_wanted, dispatch_uid="notify-personal")
