"""Break-glass approval: one person's yes where nobody else is there, and the review it is owed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.access.signin.recovery_links import refuse_tied
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.recovery import approvals, telling
from apps.recovery.choices import RequestState, Verdict
from apps.recovery.glass import look_anew
from apps.recovery.models import Approval, GlassReview, RecoveryRequest, Run
from apps.recovery.services import deciding
from apps.tenants.sealed_text import sealed

# A second person looks at it within this time; afterwards all are told every day.
REVIEWED_WITHIN: Final = timedelta(hours=24)
SHORTEST_REASON: Final = 10


@transaction.atomic
def break_glass(
    *,
    actor: Actor,
    request: RecoveryRequest,
    digest: bytes,
    reason: str,
    confirmed: Collection[str] = (),
    here: bool = False,
) -> Run:
    """Approve alone, at any hour, exactly the plan whose digest this is, and have it run.

    Needs the right to approve, where the tenant's rules allow it at all; the requester himself may.
    Everybody who approves or manages on both sides is told at once, and a second person has to say
    afterwards what he thinks of it. Raises NotFound, NotAllowed, Stale, Conflict as approve() does,
    and Invalid for no reason to speak of.
    """
    rights.require(actor, rights.APPROVE_RECOVERY, request.tenant)
    user_id = deciding.person(actor)
    if not approvals.rules_of(request.tenant).break_glass:
        raise Conflict(
            "Break-glass approval is switched off for this tenant.",
            code="glass-off",
            safe="Nothing was approved.",
            todo="Ask somebody else to approve, or a Tenant Manager to allow it from now on.",
        )
    reason = _good(reason, "Say why it cannot wait for somebody else")
    accepted = deciding.require_sound(request, digest, confirmed, user_id)
    deciding.hold_open(request)
    approval = _approval(request, user_id, reason, accepted)
    review = _owed(approval)
    deciding.settle(actor, request, RequestState.APPROVED, reason, broke_glass=True)
    deciding.record(
        actor,
        request,
        "recovery.glass_broken",
        reason,
        digest=request.plan.digest_hex,
        risks=" ".join(one["key"] for one in accepted),
        review_due=review.due_at.isoformat(timespec="minutes"),
    )
    telling.shout(request)
    look_anew()
    return deciding.start(actor, request, reason, here=here)


@transaction.atomic
def review_glass(*, actor: Actor, review: GlassReview, verdict: str, words: str) -> GlassReview:
    """Say afterwards whether the glass was rightly broken.

    Needs the right to approve or to manage the tenant, and somebody else than who broke it and than
    who asked for the recovery. Raises NotFound, NotAllowed, Invalid for an unknown verdict or no
    words, Conflict when it was reviewed before.
    """
    request = review.approval.request
    _require_reviewer(actor, review)
    if verdict not in Verdict.values:
        raise Invalid("Accept it, or object to it.", code="glass-verdict")
    words = _good(words, "Say what you found")
    changed = GlassReview.objects.filter(pk=review.pk, reviewed_at=None).update(
        verdict=verdict,
        reviewed_by_id=actor.user_id,
        reviewed_at=clock.now(),
        words=sealed(review, "words", words),
    )
    if changed != 1:
        raise Conflict(
            "This has been reviewed before.", code="glass-reviewed", safe="Nothing was changed."
        )
    review.refresh_from_db()
    deciding.record(actor, request, "recovery.glass_reviewed", words, verdict=verdict)
    telling.tell_of_review(review)
    look_anew()
    return review


def _require_reviewer(actor: Actor, review: GlassReview) -> None:
    try:
        rights.require(actor, rights.APPROVE_RECOVERY, review.tenant)
    except NotAllowed:
        rights.require(actor, rights.MANAGE_TENANT, review.tenant)
    todo = "Ask somebody else who may approve, or a Tenant Manager."
    for other in {review.broken_by_id, review.requested_by_id}:
        if deciding.person(actor) == other:
            raise NotAllowed(
                "Who broke the glass, or asked for the recovery, cannot review it.",
                code="second-person",
                safe="Nothing was changed.",
                todo=todo,
            )
        refuse_tied(actor, other, safe="Nothing was changed.", todo=todo)


def _approval(
    request: RecoveryRequest, user_id: UUID, reason: str, accepted: list[dict[str, Any]]
) -> Approval:
    return Approval.objects.create(
        tenant=request.tenant,
        request=request,
        side=approvals.side_for(user_id, request.tenant),
        approved_by_id=user_id,
        requested_by_id=request.requested_by_id,
        approved_at=clock.now(),
        reason=reason,
        digest=bytes(request.digest),
        confirmed=accepted,
        breaks_glass=True,
    )


def _owed(approval: Approval) -> GlassReview:
    return GlassReview.objects.create(
        tenant=approval.tenant,
        approval=approval,
        broken_by_id=approval.approved_by_id,
        requested_by_id=approval.requested_by_id,
        broken_at=approval.approved_at,
        due_at=approval.approved_at + REVIEWED_WITHIN,
        told_at=approval.approved_at,
    )


def _good(text: str, what: str) -> str:
    text = " ".join(text.split())
    if len(text) < SHORTEST_REASON:
        raise Invalid(
            f"{what}, in {SHORTEST_REASON} characters at least.",
            code="glass-reason",
            safe="Nothing was changed.",
        )
    return text
