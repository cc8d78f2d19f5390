"""Mail about retention: to whoever has to decide, and to whoever manages."""

from collections.abc import Iterable

from django.conf import settings

from apps.access import rights
from apps.access.models import User
from apps.access.people_selectors import holders_on_msp, standings
from apps.access.signals import mail_wanted
from apps.core.scope import no_scope
from apps.history.models import KeepChange, KeepTemplate
from apps.notify import services as notify
from apps.tenants.models import MSP, Tenant

_TEXT = """Hello,

{text}

{url}

You get this mail because {because}.
"""


def ask_approvers(tenant: Tenant, what: str) -> None:
    """Tell those who may approve that somebody wants to `what`."""
    text = (
        f"Somebody asks to {what} of {tenant.name}. Nothing goes before a second person agrees "
        "and a grace period has passed."
    )
    people = _with(tenant, rights.APPROVE_RECOVERY)
    because = f"you may approve for {tenant.name} in Holdfast"
    _mail(tenant, people, f"Your approval is asked for: {tenant.name}", text, because)


def tell_managers(tenant: Tenant, subject: str, text: str) -> None:
    """Tell whoever sets the tenant's retention."""
    because = f"you set schedule and retention of {tenant.name} in Holdfast"
    _mail(tenant, _with(tenant, rights.MANAGE_RETENTION), subject, text, because)


def tell_of_grace(tenant: Tenant, change: KeepChange) -> None:
    """Tell that a shorter retention was agreed to, and until when it can be cancelled."""
    subject = f"Snapshots of {tenant.name} will be kept for a shorter time"
    tell_managers(tenant, subject, _grace(f"for {tenant.name}", change))


def ask_msp_approvers(msp: MSP, what: str) -> None:
    """The same for a template, which belongs to no tenant."""
    text = f"Somebody asks to {what}. Nothing goes before a second person agrees."
    _mail_staff(msp, rights.APPROVE_RECOVERY, "Your approval is asked for", text)


def tell_msp_of_grace(msp: MSP, change: KeepChange) -> None:
    """The same for a template, which belongs to no tenant."""
    text = _grace("for every tenant that follows the template", change)
    _mail_staff(msp, rights.MANAGE_RETENTION, "A template will keep for a shorter time", text)


def _grace(whom: str, change: KeepChange) -> str:
    until = f"{change.takes_effect_at:%d %B %Y, %H:%M} UTC"
    return (
        f"A shorter retention was approved {whom}. It takes effect on {until}. Until then nothing "
        "goes, and anybody who sets retention can cancel it."
    )


def _with(tenant: Tenant, right: str) -> list[User]:
    return [one.user for one in standings(tenant) if right in one.rights]


def _mail(tenant: Tenant, people: Iterable[User], subject: str, text: str, because: str) -> None:
    url = f"{settings.HOLDFAST_BASE_URL.rstrip('/')}/tenants/{tenant.pk}/retention/"
    body = _TEXT.format(text=text, url=url, because=because)
    for user in people:
        notify.queue_mail(
            tenant_id=tenant.pk,
            to=user.email,
            subject=subject,
            text=body,
            language=user.language,
        )


def _mail_staff(msp: MSP, right: str, subject: str, text: str) -> None:
    url = f"{settings.HOLDFAST_BASE_URL.rstrip('/')}/msp/{msp.pk}/retention/"
    body = _TEXT.format(text=text, url=url, because=f"of your role on {msp.name} in Holdfast")
    with no_scope("whoever decides about an MSP's templates is told, whoever asked"):
        people = list(holders_on_msp(msp, right))
    for user in people:
        mail_wanted.send(
            KeepTemplate, to=user.email, subject=subject, text=body, language=user.language
        )
