"""Whose yes a request still needs: the tenant's policy against the approvals there are.

The policy of the moment counts, not the one of when the request was made, and so do the rights of
those who have agreed: an approval by somebody who may not approve any more counts for nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access.models import Membership, User
from apps.access.rights import APPROVE_RECOVERY
from apps.access.selectors import rights_on_tenant
from apps.access.sides import side_of
from apps.recovery.choices import RequestState, Side
from apps.recovery.models import Approval, RecoveryRequest
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import BackupPolicy, Tenant


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request is from being approved.

    given: the approvals there are, oldest first; counting: those of them that count now. demanded:
    the policy. missing: the sides whose yes is still needed; empty with `is_met` False when
    anybody's would do.
    """

    demanded: ApprovalsFrom
    given: tuple[Approval, ...]
    counting: tuple[Approval, ...]

    @property
    def missing(self) -> tuple[Side, ...]:
        agreed = {approval.side for approval in self.counting}
        wanted = self.demanded.sides
        return tuple(side for side in Side if side.value in wanted and side.value not in agreed)

    @property
    def is_met(self) -> bool:
        return bool(self.counting) and not self.missing

    def would_count(self, side: Side) -> bool:
        """Whether a yes from this side brings the request nearer to being approved."""
        return self.is_met or (side in self.missing if self.demanded.sides else True)

    @property
    def words(self) -> str:
        """Whose yes is still needed, for people."""
        if not self.missing:
            return "" if self.is_met else "anybody who may approve"
        return " and ".join(f"somebody of {side.label.lower()}" for side in self.missing)


def standing(request: RecoveryRequest) -> Standing:
    """Who has agreed to a request and who still has to. A query or two for each approval."""
    given = tuple(approvals_of(request))
    counting = tuple(one for one in given if _still_counts(one, request))
    return Standing(policy_of(request.tenant), given, counting)


def approvals_of(request: RecoveryRequest) -> QuerySet[Approval]:
    """The approvals that were given, oldest first, with their givers."""
    rows = Approval.objects.filter(request=request).select_related("approved_by")
    return rows.order_by("approved_at", "pk")


def policy_of(tenant: Tenant) -> ApprovalsFrom:
    """Whose approval the tenant's recoveries need; anybody's where no policy says."""
    found = BackupPolicy.objects.filter(tenant=tenant).values_list("approvals_from", flat=True)
    return ApprovalsFrom(found.first() or ApprovalsFrom.ANY)


def side_for(user_id: UUID, tenant: Tenant) -> Side:
    """The side that a person's approval counts for."""
    return Side(side_of(user_id, tenant) or Side.NEITHER)


def waiting_for(user: User) -> QuerySet[RecoveryRequest]:
    """The open requests that this person's yes would bring nearer to being approved.

    Whether he may approve there is not asked here. Asks first to whom he belongs: that is little,
    and as a part of the query PostgreSQL would plan it three times over.
    """
    belongs = list(Membership.objects.filter(user=user).values_list("tenant", "msp"))
    own_tenants = [tenant for tenant, _ in belongs if tenant]
    own_msps = [msp for _, msp in belongs if msp]
    agreed = Approval.objects.filter(request=OuterRef("pk"))
    of_customer = Q(tenant__in=own_tenants) & ~Q(Exists(agreed.filter(side=Side.CUSTOMER)))
    of_msp = Q(tenant__msp__in=own_msps) & ~Q(tenant__in=own_tenants)
    of_msp &= ~Q(Exists(agreed.filter(side=Side.MSP)))
    asked = Q(tenant__backup_policy__isnull=True) | _demands("")
    asked |= (_demands(Side.CUSTOMER) & of_customer) | (_demands(Side.MSP) & of_msp)
    return (
        RecoveryRequest.objects.filter(asked, state=RequestState.WAITING)
        .exclude(requested_by=user)
        .exclude(Exists(agreed.filter(approved_by=user)))
    )


def _demands(side: str) -> Q:
    """Requests whose tenant's policy asks for this side; for no side in particular if empty."""
    asking = [one for one in ApprovalsFrom if (side in one.sides if side else not one.sides)]
    return Q(tenant__backup_policy__approvals_from__in=asking)


def _still_counts(approval: Approval, request: RecoveryRequest) -> bool:
    held = rights_on_tenant(approval.approved_by_id, request.tenant)
    same_side = side_for(approval.approved_by_id, request.tenant) == approval.side
    return (
        APPROVE_RECOVERY in held and same_side and bytes(approval.digest) == bytes(request.digest)
    )
