"""After a customer went to another MSP: whose names its new MSP is not told in the trail."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from apps.access.models import Membership, User
from apps.access.selectors import Named
from apps.audit.models import AuditRecord
from apps.audit.veils import NO_VEILS, Veil, Veils
from apps.core.scope import no_scope
from apps.tenants.models import MSP, Tenant

# Recorded one after the other, in the transaction of a hand-over: in the new MSP's trail, and in
# the old one's.
TAKEN, GIVEN = "handover.taken", "handover.given"


class Ended(NamedTuple):
    """That an MSP's time with a tenant ended: with the record of this number it was its own."""

    up_to: int
    msp_id: UUID | None


def veils_for_person(user: User, tenants: Sequence[Tenant | Named]) -> Veils:
    """What a person is not told of tenants that were handed over. One query, where none was.

    A customer's own people are told everything about their own tenant.
    """
    with no_scope("whether a customer was handed over, for who may read its trail"):
        ended = _ended(tenant.pk for tenant in tenants)
        if not ended:
            return NO_VEILS
        own = Membership.objects.filter(user=user, tenant__in=ended).values_list("tenant_id")
        mine = {tenant_id for (tenant_id,) in own}
        return _veils([one for one in tenants if one.pk not in mine], ended)


def veils_for_msp(msp_id: UUID) -> Veils:
    """What an MSP is not told of tenants that it took over. Two queries, where it took none."""
    with no_scope("whether customers were handed over, for whom their trail is sent to"):
        tenants = list(Tenant.objects.filter(msp=msp_id))
        return _veils(tenants, _ended(tenant.pk for tenant in tenants))


def _ended(tenant_ids: Iterable[UUID]) -> dict[UUID, list[Ended]]:
    """By tenant, the times that are over, the first one first."""
    rows = AuditRecord.objects.filter(event__in=(TAKEN, GIVEN), tenant_id__among=list(tenant_ids))
    ended: dict[UUID, list[Ended]] = defaultdict(list)
    taken: dict[UUID, int] = {}
    found = rows.order_by("number").values_list("tenant_id", "event", "number", "msp_id")
    for tenant_id, event, number, msp_id in found:
        if tenant_id is None:
            continue
        if event == TAKEN:
            taken[tenant_id] = number
        else:
            ended[tenant_id].append(Ended(taken.get(tenant_id, number) - 1, msp_id))
    return ended


def _veils(tenants: Sequence[Tenant | Named], ended: dict[UUID, list[Ended]]) -> Veils:
    wanted = [tenant for tenant in tenants if tenant.pk in ended]
    if not wanted:
        return NO_VEILS
    givers = {one.msp_id for tenant in wanted for one in ended[tenant.pk] if one.msp_id}
    names = dict(MSP.objects.filter(pk__in=givers).values_list("pk", "name"))
    own: dict[UUID, set[UUID]] = defaultdict(set)
    people = Membership.objects.filter(tenant__in=[tenant.pk for tenant in wanted])
    for tenant_id, user_id in people.values_list("tenant_id", "user_id"):
        if tenant_id is not None:
            own[tenant_id].add(user_id)
    return {
        tenant.pk: [
            Veil(
                up_to=one.up_to,
                whose=names.get(one.msp_id, "another MSP") if one.msp_id else "another MSP",
                named=frozenset(own[tenant.pk]),
                is_lifted=one.msp_id == tenant.msp_id,
            )
            for one in ended[tenant.pk]
        ]
        for tenant in wanted
    }
