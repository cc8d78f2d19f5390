"""Deciding about a request: yes, no, breaking the glass, its review, and what people say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.access.rights import APPROVE_RECOVERY
from apps.core import clock
from apps.core.languages.choosing import shown
from apps.portal.doors import actor, person, rights_here, tenant_page
from apps.recovery import approvals, glass, services
from apps.recovery import selectors as recovery
from apps.recovery.confirming import high_risks
from apps.recovery.guards.words import words_of
from apps.recovery.models import RecoveryRequest, RequestComment
from apps.tenants.models import Tenant


def decision_of(request: HttpRequest, asked: RecoveryRequest) -> dict[str, Any]:
    """What the page of a request knows of its decision: who agreed, who still has to, whether this
    person's yes would count, the high risks that he has to accept, and what people said."""
    user = person(request)
    found = approvals.standing(asked)
    side = approvals.side_for(user.id, asked.tenant)
    risks = [
        (one.key, words_of(one.risk["code"], one.risk["data"])) for one in high_risks(asked.plan)
    ]
    broken = next((one for one in found.given if one.breaks_glass), None)
    return {
        "standing": found,
        "has_agreed": any(one.approved_by_id == user.id for one in found.given),
        "would_count": found.would_count(side),
        "closed_words": found.closed_words(clock.now()),
        "high_risks": risks,
        "broken": broken,
        "may_review": broken is not None and user.id not in _concerned(broken.review),
        "comments": comments_of(asked),
        "takes_part": bool(
            rights_here(request) & {"request_recovery", "approve_recovery", "manage_tenant"}
        ),
    }


def comments_of(asked: RecoveryRequest) -> list[RequestComment]:
    """What was said about a request, oldest first."""
    return list(recovery.comments(asked))


@tenant_page(APPROVE_RECOVERY, method="POST", step_up=True)
def approve(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """Another person's yes, to the plan whose digest was on the page that he read."""
    found = recovery.access_request(tenant, request_id)
    run = services.approve(
        actor=actor(request),
        request=found,
        digest=_digest(request.POST.get("digest", "")),
        reason=request.POST.get("reason", "").strip(),
        confirmed=request.POST.getlist("confirm"),
    )
    if run is None:
        words = approvals.standing(found).words
        messages.success(
            request,
            _("Your approval is kept. The recovery waits for %(whom)s.") % {"whom": shown(words)},
        )
        return redirect("portal:request", tenant.id, found.id)
    return redirect("portal:run", tenant.id, run.id)


@tenant_page(APPROVE_RECOVERY, method="POST", step_up=True)
def break_glass(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """One person's yes where nobody else is there; everybody is told."""
    found = recovery.access_request(tenant, request_id)
    run = services.break_glass(
        actor=actor(request),
        request=found,
        digest=_digest(request.POST.get("digest", "")),
        reason=request.POST.get("reason", ""),
        confirmed=request.POST.getlist("confirm"),
    )
    messages.warning(
        request,
        _(
            "You broke the glass: the recovery runs. Everybody who approves for this tenant or "
            "manages it gets a mail, and somebody else has to review this."
        ),
    )
    return redirect("portal:run", tenant.id, run.id)


@tenant_page(method="POST", step_up=True)
def review_glass(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """What a second person says, afterwards, of broken glass."""
    found = glass.access_review(tenant, request_id)
    services.review_glass(
        actor=actor(request),
        review=found,
        verdict=request.POST.get("verdict", ""),
        words=request.POST.get("reason", ""),
    )
    messages.success(request, _("Your review is kept with the request, and in the audit trail."))
    return redirect("portal:request", tenant.id, request_id)


@tenant_page(method="POST")
def comment(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """Say something about a request."""
    found = recovery.access_request(tenant, request_id)
    services.add_comment(actor=actor(request), request=found, text=request.POST.get("text", ""))
    return redirect("portal:request", tenant.id, found.id)


@tenant_page(APPROVE_RECOVERY, method="POST")
def refuse(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """The second person's no, with a reason."""
    found = recovery.access_request(tenant, request_id)
    services.refuse(
        actor=actor(request), request=found, reason=request.POST.get("reason", "").strip()
    )
    messages.success(request, _("The request was refused. Nothing was written to the tenant."))
    return redirect("portal:request", tenant.id, found.id)


@tenant_page(method="POST")
def withdraw(request: HttpRequest, tenant: Tenant, request_id: UUID) -> HttpResponse:
    """Take back a request: whoever made it, or whoever manages the tenant."""
    found = recovery.access_request(tenant, request_id)
    services.withdraw(
        actor=actor(request), request=found, reason=request.POST.get("reason", "").strip()
    )
    messages.success(request, _("The request was withdrawn. Nothing was written to the tenant."))
    return redirect("portal:request", tenant.id, found.id)


def _concerned(review: Any) -> set[UUID]:
    return {review.broken_by_id, review.requested_by_id}


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
