"""Saying something about a request, before and after it is decided."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from apps.access import rights
from apps.access.models import User
from apps.access.selectors import rights_on_tenant
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotAllowed
from apps.recovery import telling
from apps.recovery.models import RecoveryRequest, RequestComment
from apps.recovery.services import deciding

LONGEST: Final = 2000
# Whoever may do one of these takes part in requests.
_PART: Final = (rights.REQUEST_RECOVERY, rights.APPROVE_RECOVERY, rights.MANAGE_TENANT)


@transaction.atomic
def add_comment(*, actor: Actor, request: RecoveryRequest, text: str) -> RequestComment:
    """Say something about a request. Who asked, agreed or commented before gets a mail.

    Needs the right to request or to approve recoveries, or to manage the tenant. Raises NotFound,
    NotAllowed, Invalid for nothing or too much.
    """
    _require_part(actor, request)
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise Invalid(f"A comment has from 1 to {LONGEST:,} characters.", code="comment-length")
    comment = RequestComment.objects.create(
        tenant=request.tenant,
        request=request,
        author_id=deciding.person(actor),
        written_at=clock.now(),
        text=text,
    )
    deciding.record(actor, request, "recovery.commented", "", comment_id=str(comment.pk))
    telling.tell_of_comment(comment, _others(request, comment))
    return comment


def _require_part(actor: Actor, request: RecoveryRequest) -> None:
    rights.require(actor, rights.VIEW_BACKUPS, request.tenant)
    held = rights_on_tenant(deciding.person(actor), request.tenant, limits=actor.limits)
    if not held & set(_PART):
        raise NotAllowed(
            "Your role lets you read this, and not take part in it.",
            code="needs-a-part",
            safe="Nothing was said.",
            todo="Ask a Tenant Manager for the role Backup Administrator or Recovery Approver.",
        )


def _others(request: RecoveryRequest, comment: RequestComment) -> list[User]:
    """Who takes part in the request so far, but for the author."""
    agreed = request.approvals.values_list("approved_by", flat=True)
    said = request.comments.values_list("author", flat=True)
    ids = {request.requested_by_id, *agreed, *said} - {comment.author_id}
    people = User.objects.filter(pk__in=ids, is_active=True).order_by("pk")
    return [user for user in people if rights_on_tenant(user.pk, request.tenant)]
