"""What must be left after people or roles were taken away."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access import roles, ways
from apps.access.models import AccessGroup, GroupMember, MSPPermission, TenantPermission
from apps.core.errors import Conflict
from apps.core.scope import no_scope
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import Tenant

_COUNTS = {"user__is_active": True, "user__is_operator": False}


@contextmanager
def kept(msp_id: UUID) -> Iterator[None]:
    """Raise Conflict, undoing the block's transaction, if afterwards something is missing.

    That is: the MSP's last Tenant Manager, or the last person who could give an approval that a
    tenant's policy asks for. What was missing before does not stand in the way.
    """
    had_manager, unmet = has_manager(msp_id), unmet_policies(msp_id)
    yield
    if had_manager and not has_manager(msp_id):
        raise Conflict(
            "This would leave the MSP without a Tenant Manager.",
            code="last-manager",
            safe="Nothing was changed.",
            todo="Make somebody else Tenant Manager of the whole MSP first.",
        )
    if unmet_policies(msp_id) - unmet:
        raise Conflict(
            "A tenant's policy asks for an approval that nobody could give any more.",
            code="last-approver",
            safe="Nothing was changed.",
            todo="Name another approver first, or change whose approval recoveries need.",
        )


def has_manager(msp_id: UUID) -> bool:
    """Whether somebody manages the people of the whole MSP. Two queries at most."""
    with no_scope("the last manager counts whoever asks"):
        return _somebody_on_whole(msp_id, roles.MANAGE_PEOPLE)


def unmet_policies(msp_id: UUID) -> set[tuple[UUID, str]]:
    """The MSP's tenants whose policy nobody can meet, each with what is missing.

    "msp" and "customer": an approver of that side; "manager": somebody of the customer's who
    could take its demand back. At most five queries, however many tenants there are.
    """
    with no_scope("approvals are asked for by tenants that the actor may not see"):
        tenants = Tenant.objects.filter(msp_id=msp_id).order_by()
        missing = {
            "msp": _without_msp_approver(tenants, msp_id),
            "customer": _without_customer_approver(tenants),
            "manager": _without_customer_manager(tenants),
        }
        return {
            (tenant_id, what)
            for what, found in missing.items()
            for tenant_id in found.values_list("pk", flat=True)
        }


def _without_msp_approver(tenants: QuerySet[Tenant], msp_id: UUID) -> QuerySet[Tenant]:
    if _somebody_on_whole(msp_id, roles.APPROVE_RECOVERY):
        return tenants.none()
    groups = AccessGroup.objects.filter(
        pk__in=_in_groups(msp_id, roles.APPROVE_RECOVERY).values("group")
    )
    return tenants.filter(_asks("msp")).exclude(
        Exists(_direct(roles.APPROVE_RECOVERY).filter(user__memberships__msp=OuterRef("msp")))
        | Q(pk__in=ways.tagged(groups).values("tenant"))
    )


def _without_customer_approver(tenants: QuerySet[Tenant]) -> QuerySet[Tenant]:
    return tenants.filter(_asks("customer")).exclude(Exists(_own(roles.APPROVE_RECOVERY)))


def _without_customer_manager(tenants: QuerySet[Tenant]) -> QuerySet[Tenant]:
    """Tenants whose customer demands a say and has nobody left who could take it back."""
    nothing = {"approvals_demanded": ApprovalsFrom.ANY, "approval_floor": {}}
    demanding = ~Q(**{f"backup_policy__{name}": value for name, value in nothing.items()})
    has_policy = Q(backup_policy__isnull=False)
    return tenants.filter(has_policy & demanding).exclude(Exists(_own(roles.DEMAND_APPROVALS)))


def _asks(side: str) -> Q:
    asking = [choice for choice in ApprovalsFrom if side in choice.sides]
    return Q(backup_policy__approvals_from__in=asking)


def _direct(right: str) -> QuerySet[TenantPermission]:
    codenames = roles.permissions_for(right)
    return TenantPermission.objects.filter(
        content_object=OuterRef("pk"), permission__codename__in=codenames, **_COUNTS
    )


def _own(right: str) -> QuerySet[TenantPermission]:
    return _direct(right).filter(user__memberships__tenant=OuterRef("pk"))


def _somebody_on_whole(msp_id: UUID, right: str) -> bool:
    held = MSPPermission.objects.filter(
        content_object=msp_id, permission__codename__in=roles.permissions_for(right), **_COUNTS
    )
    return held.exists() or _in_groups(msp_id, right).filter(group__covers_all=True).exists()


def _in_groups(msp_id: UUID, right: str) -> QuerySet[GroupMember]:
    return GroupMember.objects.filter(
        group__msp=msp_id,
        group__roles__overlap=[role.name for role in roles.roles_with(right)],
        membership__user__is_active=True,
        membership__user__is_operator=False,
    )
