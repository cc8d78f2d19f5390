"""Whose yes a request still needs: the tenant's rules against the approvals there are.

The rules of the moment count, not those of when the request was made, and so do the rights of
those who have agreed: an approval by somebody who may not approve any more counts for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from apps.access.models import Membership, User
from apps.access.rights import APPROVE_RECOVERY
from apps.access.selectors import rights_on_tenant
from apps.access.sides import side_of
from apps.core.errors import Conflict
from apps.recovery.choices import RequestState, Side
from apps.recovery.models import Approval, RecoveryRequest
from apps.tenants.approval_rules import ApprovalRules, LevelRule
from apps.tenants.models import BackupPolicy, Tenant

# What is asked of every open request, to tell for whom it waits.
_TO_DECIDE = (
    *("tenant__msp", "plan__risk", "requested_by"),
    *(
        f"tenant__backup_policy__{name}"
        for name in ("approval_rules", "approvals_from", "time_zone")
    ),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request is from being approved.

    level: how risky its plan is. rules: the tenant's. given: the approvals there are, oldest first;
    counting: those of them that count now.
    """

    level: str
    rules: ApprovalRules
    given: tuple[Approval, ...]
    counting: tuple[Approval, ...]

    @property
    def rule(self) -> LevelRule:
        """What a recovery of this risk needs."""
        return self.rules.of(self.level)

    @property
    def missing(self) -> tuple[Side, ...]:
        """The sides of which somebody is still needed; empty when anybody's yes would do."""
        return () if self.is_met else tuple(map(Side, self.rule.needed(self._agreed).sides))

    @property
    def is_met(self) -> bool:
        return self.glass is not None or not self.rule.needed(self._agreed).number

    @property
    def is_last(self) -> bool:
        """Whether one more yes, of the right side, is enough."""
        return self.rule.needed(self._agreed).number <= 1

    @property
    def glass(self) -> Approval | None:
        """The approval that broke the glass, if one did."""
        return next((one for one in self.counting if one.breaks_glass), None)

    def would_count(self, side: Side) -> bool:
        """Whether a yes from this side brings the request nearer to being approved."""
        return self.is_met or self.rule.would_count(side, self._agreed)

    @property
    def words(self) -> str:
        """Whose yes is still needed, for people."""
        return "" if self.is_met else self.rule.needed_words(self._agreed)

    def opens_at(self, now: datetime) -> datetime | None:
        """When approving is possible again, for what is approved in working hours alone; None for
        at once."""
        if not self.rule.in_hours or self.rules.hours.holds(now):
            return None
        return self.rules.hours.next_open(now)

    def closed_words(self, now: datetime) -> str:
        """Why it cannot be approved now, for people; empty when it can."""
        opens = self.opens_at(now)
        if opens is None:
            return ""
        hours = self.rules.hours
        return (
            f"A recovery of {self.level} risk is approved in this tenant's working hours alone: "
            f"{hours.words}. It is possible again from {hours.moment_words(opens)} on."
        )

    @property
    def _agreed(self) -> list[str]:
        return [one.side for one in self.counting]


def standing(request: RecoveryRequest) -> Standing:
    """Who has agreed to a request and who still has to. A query or two for each approval."""
    given = tuple(approvals_of(request))
    counting = tuple(one for one in given if _still_counts(one, request))
    return Standing(request.plan.risk, rules_of(request.tenant), given, counting)


def require_open_hours(reached: Standing, now: datetime) -> None:
    """Raise Conflict outside the working hours in which alone this may be approved."""
    words = reached.closed_words(now)
    if words:
        glass = " If it cannot wait, break the glass." if reached.rules.break_glass else ""
        raise Conflict(
            words,
            code="outside-working-hours",
            safe="Nothing was decided; the request stays open.",
            todo=f"Come back then.{glass}",
        )


def approvals_of(request: RecoveryRequest) -> QuerySet[Approval]:
    """The approvals that were given, oldest first, with their givers and their reviews."""
    rows = Approval.objects.filter(request=request)
    related = rows.select_related("approved_by", "review__reviewed_by")
    return related.order_by("approved_at", "pk")


def rules_of(tenant: Tenant) -> ApprovalRules:
    """Whose approval the tenant's recoveries need; anybody's where nothing was agreed."""
    policy = BackupPolicy.objects.filter(tenant=tenant).first()
    return (policy or BackupPolicy(tenant=tenant)).rules


def side_for(user_id: UUID, tenant: Tenant) -> Side:
    """The side that a person's approval counts for."""
    return Side(side_of(user_id, tenant) or Side.NEITHER)


def waiting_for(user: User) -> QuerySet[RecoveryRequest]:
    """The open requests that this person's yes would bring nearer to being approved.

    Whether he may approve there, and whether those who agreed still may, is not asked here. Three
    queries, however many requests are open.
    """
    rows = RecoveryRequest.objects.filter(state=RequestState.WAITING).exclude(requested_by=user)
    related = rows.select_related("tenant__backup_policy", "plan")
    open_requests = list(related.only(*_TO_DECIDE))
    agreed = _agreed(open_requests)
    sides = _Sides(user)
    found = [
        one.pk
        for one in open_requests
        if user.pk not in agreed[one.pk]
        and _rules(one.tenant)
        .of(one.plan.risk)
        .would_count(sides.on(one.tenant), list(agreed[one.pk].values()))
    ]
    return RecoveryRequest.objects.filter(pk__in=found)


def _agreed(requests: Iterable[RecoveryRequest]) -> dict[UUID, dict[UUID, str]]:
    """By request: the sides of those who have agreed, by person."""
    found: dict[UUID, dict[UUID, str]] = defaultdict(dict)
    rows = Approval.objects.filter(request__in=[one.pk for one in requests])
    for request_id, user_id, side in rows.values_list("request", "approved_by", "side"):
        found[request_id][user_id] = side
    return found


def _rules(tenant: Tenant) -> ApprovalRules:
    """Those of a tenant that was read with its policy."""
    policy: BackupPolicy = getattr(tenant, "backup_policy", None) or BackupPolicy(tenant=tenant)
    return policy.rules


class _Sides:
    """A person's side for any tenant, from all that he belongs to."""

    def __init__(self, user: User) -> None:
        belongs = Membership.objects.filter(user=user).values_list("tenant", "msp")
        self.of = {one for pair in belongs for one in pair if one}

    def on(self, tenant: Tenant) -> Side:
        if tenant.pk in self.of:
            return Side.CUSTOMER
        return Side.MSP if tenant.msp_id in self.of else Side.NEITHER


def _still_counts(approval: Approval, request: RecoveryRequest) -> bool:
    held = rights_on_tenant(approval.approved_by_id, request.tenant)
    same_side = side_for(approval.approved_by_id, request.tenant) == approval.side
    return (
        APPROVE_RECOVERY in held and same_side and bytes(approval.digest) == bytes(request.digest)
    )
