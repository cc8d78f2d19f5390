"""The installation's own applications for people's sign-in: one in each cloud that has any."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.access.models import SignInApplication
from apps.access.signin import secrets
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.entra.clouds import clouds
from apps.entra.credentials import Credential
from apps.tenants.certificates import make_certificate

CALLBACK_PATH = "/accounts/microsoft/callback"


def redirect_uri() -> str:
    """Where Entra sends people back to; registered with the application, exactly so."""
    return str(settings.HOLDFAST_BASE_URL).rstrip("/") + CALLBACK_PATH


@transaction.atomic
def make_application(*, actor: Actor, cloud: str) -> SignInApplication:
    """Make the certificate of the application in a cloud; a new one replaces the old.

    The operator uploads it to the application in Entra and enters its id (complete_application).
    Raises Invalid for an unknown cloud, NotAllowed for anybody but the installation itself.
    """
    _require_installation(actor)
    if cloud not in clouds():
        raise Invalid("This installation knows no such cloud.", code="unknown-cloud")
    made = make_certificate("Holdfast sign-in")
    sealed = secrets.seal(made.private_key_pem, purpose=_purpose(cloud))
    application, _ = SignInApplication.objects.update_or_create(
        cloud=cloud,
        defaults={
            "certificate_pem": made.certificate_pem,
            "sealed_private_key": sealed,
            "thumbprint_sha1": made.thumbprint_sha1,
            "thumbprint_sha256": made.thumbprint_sha256,
            "not_after": made.not_after,
        },
    )
    data = {"cloud": cloud, "thumbprint": made.thumbprint_sha256}
    audit.record(actor=actor, event="sign_in_application.created", data=data)
    return application


@transaction.atomic
def complete_application(*, actor: Actor, cloud: str, client_id: UUID) -> SignInApplication:
    """Enter the id of the application whose certificate was uploaded. Raises Conflict."""
    _require_installation(actor)
    application = SignInApplication.objects.filter(cloud=cloud).first()
    if application is None:
        raise Conflict("Make the application's certificate first.", code="no-certificate")
    application.client_id = client_id
    application.save(update_fields=["client_id"])
    data = {"cloud": cloud, "client_id": str(client_id)}
    audit.record(actor=actor, event="sign_in_application.completed", data=data)
    return application


def ready_clouds() -> list[str]:
    """The clouds that people can sign in from. One query."""
    ready = SignInApplication.objects.filter(client_id__isnull=False, cloud__in=clouds().keys())
    return list(ready.order_by("created_at").values_list("cloud", flat=True))


def ready_application(cloud: str) -> SignInApplication:
    """The application for sign-in in a cloud. Raises Conflict when there is none."""
    ready = SignInApplication.objects.filter(cloud=cloud, client_id__isnull=False).first()
    if ready is None or cloud not in clouds():
        raise Conflict(
            "Signing in with Microsoft is not set up here.",
            code="no-sign-in-application",
            safe="Nothing was changed.",
            todo="Use a passkey, or your password and second factor.",
        )
    return ready


def credential_of(application: SignInApplication) -> Credential:
    """How the application proves who it is. Raises KeyProblem."""
    sealed = bytes(application.sealed_private_key)
    return Credential(
        client_id=str(application.client_id),
        certificate_pem=application.certificate_pem,
        private_key_pem=secrets.unseal(sealed, purpose=_purpose(application.cloud)).decode(),
    )


def _require_installation(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotAllowed("Only whoever runs the installation may do this.", code="installation")


def _purpose(cloud: str) -> str:
    return f"sign-in-application:{cloud}"
