"""Mail about requests, decisions and broken glass: a link and no personal data."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.utils.translation import gettext_lazy as _

from apps.access import rights
from apps.access.models import User
from apps.access.people_selectors import Standing, standings
from apps.core.errors import Invalid
from apps.core.languages.choosing import in_sentence, reading
from apps.notify import services as notify
from apps.notify.choices import EventKind
from apps.notify.events import raise_event
from apps.recovery.choices import RequestState
from apps.recovery.models import GlassReview, RecoveryRequest, RequestComment
from apps.tenants.models import Tenant

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

# A state amid a sentence, in the language in which the sentence is read.
_lazily_small = lazy(in_sentence, str)
_TEXT = gettext_noop("""Hello,

{text}

{url}

You get this mail because {because}.
""")
_DECIDED = {
    RequestState.APPROVED: gettext_noop(
        "The recovery of {tenant} that you asked for was approved, and runs."
    ),
    RequestState.REFUSED: gettext_noop(
        "The recovery of {tenant} that you asked for was refused. Nothing was written to the"
        " tenant."
    ),
    RequestState.EXPIRED: gettext_noop(
        "The recovery of {tenant} that you asked for expired, because nobody decided about it in"
        " time. Nothing was written to the tenant."
    ),
}


def ask_approvers(request: RecoveryRequest, would_count: Iterable[Standing]) -> None:
    """Tell those whose yes would count that somebody asks for a recovery."""
    tenant = request.tenant
    text = _said(
        _(
            "Somebody asks for a recovery of {tenant} (risk: {risk}). Nothing is written before it"
            " is approved. Review it here, also on a phone:"
        ),
        tenant,
        risk=_lazily_small(request.plan.get_risk_display()),
    )
    raise_event(EventKind.APPROVAL_WANTED, tenant, {"risk": request.plan.risk}, _subjects(request))
    people = [one.user for one in would_count]
    because = _said(_("you may approve recoveries of {tenant} in Holdfast"), tenant)
    subject = _said(_("Your approval is asked for: {tenant}"), tenant)
    _mail(request, people, subject, text, because)


def tell_of_decision(request: RecoveryRequest) -> None:
    """Tell who asked what became of it."""
    tenant = request.tenant
    given = request.state == RequestState.APPROVED
    kind = EventKind.APPROVAL_GIVEN if given else EventKind.APPROVAL_REFUSED
    raise_event(kind, tenant, {"state": str(request.state)}, _subjects(request))
    text = _said(gettext_lazy(_DECIDED[_state(request)]), tenant)
    state = _lazily_small(request.get_state_display())
    subject = _said(_("Recovery of {tenant}: {state}"), tenant, state=state)
    _mail(request, [request.requested_by], subject, text, _("you asked for this recovery"))


def shout(request: RecoveryRequest) -> None:
    """Tell everybody who approves or manages, on both sides, that the glass was broken."""
    tenant = request.tenant
    text = _said(
        _(
            "The glass was broken: a recovery of {tenant} was approved by one person alone, and"
            " runs now. If that surprises you, open it at once: it can still be stopped. A second"
            " person has to review it within 24 hours."
        ),
        tenant,
    )
    raise_event(EventKind.GLASS_BROKEN, tenant, subjects=_subjects(request))
    _mail_all(request, _said(_("Break-glass approval for {tenant}"), tenant), text)


def remind_of_review(review: GlassReview) -> None:
    """Tell the same people that nobody has reviewed it in time."""
    tenant = review.tenant
    text = _said(
        _(
            "A break-glass approval for {tenant} has not been reviewed in time. Somebody other than"
            " who broke the glass has to say whether it was right."
        ),
        tenant,
    )
    subject = _said(_("Not reviewed: break-glass approval for {tenant}"), tenant)
    _mail_all(review.approval.request, subject, text)


def tell_of_review(review: GlassReview) -> None:
    """Tell who broke the glass; everybody, if somebody objects."""
    request, tenant = review.approval.request, review.tenant
    verdict = _lazily_small(review.get_verdict_display())
    told = _("The break-glass approval for {tenant} was reviewed, and {verdict}.")
    text = _said(told, tenant, verdict=verdict)
    subject = _said(_("Break-glass approval for {tenant}: {verdict}"), tenant, verdict=verdict)
    if review.verdict == "objected":
        _mail_all(request, subject, text)
    else:
        _mail(request, [review.broken_by], subject, text, _("you broke the glass"))


def tell_of_comment(comment: RequestComment, people: Iterable[User]) -> None:
    """Tell those who take part in a request that somebody said something about it."""
    tenant = comment.tenant
    text = _said(_("There is a new comment on a recovery request for {tenant}."), tenant)
    subject = _said(_("New comment: recovery of {tenant}"), tenant)
    _mail(comment.request, people, subject, text, _("you take part in this request"))


def concerned(tenant: Tenant) -> list[User]:
    """Everybody who approves for the tenant or manages it, on both sides."""
    return _with(tenant, (rights.APPROVE_RECOVERY, rights.MANAGE_TENANT))


def approvers_of(tenant: Tenant) -> list[Standing]:
    """Everybody who may approve the tenant's recoveries, with their sides."""
    return [one for one in standings(tenant) if rights.APPROVE_RECOVERY in one.rights]


def mail_about_rules(tenant: Tenant, people: Iterable[User], subject: Text, text: Text) -> None:
    """A mail that leads to the tenant's approval rules."""
    because = _said(_("of your role on {tenant} in Holdfast"), tenant)
    _send(tenant, people, subject, text, f"/tenants/{tenant.pk}/approvals/", because)


def _subjects(request: RecoveryRequest) -> dict[str, UUID | int]:
    return {"request": request.pk}


def _with(tenant: Tenant, wanted: Collection[str]) -> list[User]:
    return [one.user for one in standings(tenant) if one.rights & set(wanted)]


def _mail_all(request: RecoveryRequest, subject: Text, text: Text) -> None:
    because = _said(_("you approve for {tenant} or manage it in Holdfast"), request.tenant)
    _mail(request, concerned(request.tenant), subject, text, because)


def _mail(
    request: RecoveryRequest, people: Iterable[User], subject: Text, text: Text, because: Text
) -> None:
    path = f"/tenants/{request.tenant_id}/requests/{request.pk}/"
    _send(request.tenant, people, subject, text, path, because)


def _send(
    tenant: Tenant, people: Iterable[User], subject: Text, text: Text, path: str, because: Text
) -> None:
    url = f"{settings.HOLDFAST_BASE_URL.rstrip('/')}{path}"
    told: set[UUID] = set()
    for user in people:
        if user.is_active and user.pk not in told:
            told.add(user.pk)
            # One person's address that is none must not hold up a recovery.
            with suppress(Invalid), reading(user.language):
                body = gettext(_TEXT).format(text=text, url=url, because=because)
                said = str(subject)
                notify.queue_mail(tenant_id=tenant.pk, to=user.email, subject=said, text=body)


def _said(text: Text, tenant: Tenant, **values: Text) -> Text:
    """A text about a tenant that is looked up, and filled in, in each receiver's language."""
    return format_lazy(text, tenant=tenant.name, **values)


def _state(request: RecoveryRequest) -> RequestState:
    return RequestState(request.state)
