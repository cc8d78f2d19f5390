"""Mail about requests, decisions and broken glass: a link and no personal data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from uuid import UUID

from django.conf import settings

from apps.access import rights
from apps.access.models import User
from apps.access.people_selectors import Standing, standings
from apps.core.errors import Invalid
from apps.notify import services as notify
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.recovery.choices import RequestState
from apps.recovery.models import GlassReview, RecoveryRequest, RequestComment
from apps.tenants.models import Tenant

_TEXT = """Hello,

{text}

{url}

You get this mail because {because}.
"""
_DECIDED = {
    RequestState.APPROVED: "was approved, and runs",
    RequestState.REFUSED: "was refused. Nothing was written to the tenant",
    RequestState.EXPIRED: (
        "expired, because nobody decided about it in time. Nothing was written to the tenant"
    ),
}


def ask_approvers(request: RecoveryRequest, would_count: Iterable[Standing]) -> None:
    """Tell those whose yes would count that somebody asks for a recovery."""
    tenant = request.tenant
    text = (
        f"Somebody asks for a recovery of {tenant.name} (risk: {request.plan.risk}). Nothing is "
        "written before it is approved. Review it here, also on a phone:"
    )
    raise_event(EventKind.APPROVAL_WANTED, tenant, {"risk": request.plan.risk}, _subjects(request))
    people = [one.user for one in would_count]
    because = f"you may approve recoveries of {tenant.name} in Holdfast"
    _mail(request, people, f"Your approval is asked for: {tenant.name}", text, because)


def tell_of_decision(request: RecoveryRequest) -> None:
    """Tell who asked what became of it."""
    tenant = request.tenant
    given = request.state == RequestState.APPROVED
    kind = EventKind.APPROVAL_GIVEN if given else EventKind.APPROVAL_REFUSED
    raise_event(kind, tenant, {"state": str(request.state)}, _subjects(request))
    text = f"The recovery of {tenant.name} that you asked for {_DECIDED[_state(request)]}."
    subject = f"Recovery of {tenant.name}: {request.get_state_display().lower()}"
    _mail(request, [request.requested_by], subject, text, "you asked for this recovery")


def shout(request: RecoveryRequest) -> None:
    """Tell everybody who approves or manages, on both sides, that the glass was broken."""
    tenant = request.tenant
    text = (
        f"The glass was broken: a recovery of {tenant.name} was approved by one person alone, and "
        "runs now. If that surprises you, open it at once: it can still be stopped. A second "
        "person has to review it within 24 hours."
    )
    raise_event(EventKind.GLASS_BROKEN, tenant, subjects=_subjects(request))
    _mail_all(request, f"Break-glass approval for {tenant.name}", text)


def remind_of_review(review: GlassReview) -> None:
    """Tell the same people that nobody has reviewed it in time."""
    tenant = review.tenant
    text = (
        f"A break-glass approval for {tenant.name} has not been reviewed in time. Somebody other "
        "than who broke the glass has to say whether it was right."
    )
    subject = f"Not reviewed: break-glass approval for {tenant.name}"
    _mail_all(review.approval.request, subject, text)


def tell_of_review(review: GlassReview) -> None:
    """Tell who broke the glass; everybody, if somebody objects."""
    request, tenant = review.approval.request, review.tenant
    verdict = review.get_verdict_display().lower()
    text = f"The break-glass approval for {tenant.name} was reviewed, and {verdict}."
    subject = f"Break-glass approval for {tenant.name}: {verdict}"
    if review.verdict == "objected":
        _mail_all(request, subject, text)
    else:
        _mail(request, [review.broken_by], subject, text, "you broke the glass")


def tell_of_comment(comment: RequestComment, people: Iterable[User]) -> None:
    """Tell those who take part in a request that somebody said something about it."""
    tenant = comment.tenant
    text = f"There is a new comment on a recovery request for {tenant.name}."
    subject = f"New comment: recovery of {tenant.name}"
    _mail(comment.request, people, subject, text, "you take part in this request")


def concerned(tenant: Tenant) -> list[User]:
    """Everybody who approves for the tenant or manages it, on both sides."""
    return _with(tenant, (rights.APPROVE_RECOVERY, rights.MANAGE_TENANT))


def approvers_of(tenant: Tenant) -> list[Standing]:
    """Everybody who may approve the tenant's recoveries, with their sides."""
    return [one for one in standings(tenant) if rights.APPROVE_RECOVERY in one.rights]


def mail_about_rules(tenant: Tenant, people: Iterable[User], subject: str, text: str) -> None:
    """A mail that leads to the tenant's approval rules."""
    because = f"of your role on {tenant.name} in Holdfast"
    _send(tenant, people, subject, text, f"/tenants/{tenant.pk}/approvals/", because)


def _subjects(request: RecoveryRequest) -> dict[str, UUID | int]:
    return {"request": request.pk}


def _with(tenant: Tenant, wanted: Collection[str]) -> list[User]:
    return [one.user for one in standings(tenant) if one.rights & set(wanted)]


def _mail_all(request: RecoveryRequest, subject: str, text: str) -> None:
    because = f"you approve for {request.tenant.name} or manage it in Holdfast"
    _mail(request, concerned(request.tenant), subject, text, because)


def _mail(
    request: RecoveryRequest, people: Iterable[User], subject: str, text: str, because: str
) -> None:
    path = f"/tenants/{request.tenant_id}/requests/{request.pk}/"
    _send(request.tenant, people, subject, text, path, because)


def _send(
    tenant: Tenant, people: Iterable[User], subject: str, text: str, path: str, because: str
) -> None:
    url = f"{settings.HOLDFAST_BASE_URL.rstrip('/')}{path}"
    body = _TEXT.format(text=text, url=url, because=because)
    told: set[UUID] = set()
    for user in people:
        if user.is_active and user.pk not in told:
            told.add(user.pk)
            # One person's address that is none must not hold up a recovery.
            with suppress(Invalid):
                notify.queue_mail(tenant_id=tenant.pk, to=user.email, subject=subject, text=body)


def _state(request: RecoveryRequest) -> RequestState:
    return RequestState(request.state)
