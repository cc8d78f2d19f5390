"""What every step of leaving asks first, whom it tells, and how it is recorded."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from apps.access import rights
from apps.access.people_selectors import managers_of
from apps.access.services import guards
from apps.access.signals import mail_wanted
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.languages.choosing import letter_in
from apps.core.scope import no_scope, tenant_scope
from apps.jobs.choices import UNFINISHED
from apps.jobs.models import Job
from apps.offboarding.choices import OPEN, HandoverState
from apps.offboarding.models import Handover, Offboarding
from apps.tenants.models import Tenant

SHORTEST_REASON = 10


def require_person(actor: Actor, tenant: Tenant) -> UUID:
    """The person who acts, himself, and manages the tenant. Raises NotFound, NotAllowed."""
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    if actor.user_id is None or actor.limits is not None:
        raise NotAllowed(
            "Only a person may decide that a customer leaves.",
            code="needs-a-person",
            safe="Nothing was changed.",
        )
    return actor.user_id


def good_reason(reason: str) -> str:
    """The reason without blanks around it. Raises Invalid for none to speak of."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Invalid("Say why, in a few words: both sides read it.", code="leaving-reason")
    return reason


def refuse_while_leaving(tenant: Tenant) -> None:
    """Raise Conflict when the tenant is on its way out already, whichever way."""
    with tenant_scope(tenant.pk):
        leaving = Offboarding.objects.filter(tenant=tenant, state__in=OPEN).exists()
        offered = Handover.objects.filter(tenant=tenant, state=HandoverState.OFFERED).exists()
    if leaving or offered:
        raise already_leaving()


def already_leaving() -> Conflict:
    """The error for a tenant that is on hold or offered already."""
    return Conflict(
        "This customer is on its way out already.",
        code="already-leaving",
        safe="Nothing was changed.",
        todo="Cancel the one before you begin the other.",
    )


def refuse_while_at_work(tenant: Tenant) -> None:
    """Raise Conflict while a job is at work on the tenant."""
    with tenant_scope(tenant.pk):
        busy = Job.objects.filter(tenant=tenant, state__in=UNFINISHED).exclude(
            kind="notify-deliver"
        )
        if busy.exists():
            raise Conflict(
                "A job is at work on this tenant.",
                code="tenant-busy",
                safe="Nothing was changed.",
                todo="Wait until it has ended, or cancel it.",
            )


def tell_managers(tenant: Tenant, subject: str, text: str, *, path: str = "") -> None:
    """Mail to everybody who manages the people of the tenant, of both sides."""
    page = path or reverse("portal:leaving", args=[tenant.pk])
    with no_scope("managers of both sides are told"):
        for manager in managers_of(tenant):
            mail_wanted.send(
                Offboarding,
                to=manager.email,
                subject=f"{letter_in(manager.language, subject)}: {tenant.name}",
                text=f"{text}\n\n{settings.HOLDFAST_BASE_URL}{page}\n",
                language=manager.language,
            )


def record(actor: Actor, event: str, tenant: Tenant, *, reason: str = "", **data: Any) -> None:
    """Record it in the tenant's trail and its MSP's."""
    guards.record(actor, event, tenant, tenant.name, reason=reason, **data)
