"""Which tenants a person may see, and what he may do there. Everything goes through here."""

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, QuerySet

from apps.access import roles, ways
from apps.access.models import MSPPermission, TenantPermission, User
from apps.core.actor import Limits
from apps.core.errors import NotFound
from apps.core.scope import msp_scope
from apps.core.scope import person as asked_by
from apps.tenants.choices import UNLISTED_STATES
from apps.tenants.models import MSP, Tenant


class Named(NamedTuple):
    """As much of a tenant as is needed of a thousand of them."""

    id: UUID
    msp_id: UUID
    name: str

    @property
    def pk(self) -> UUID:
        return self.id


@dataclass(frozen=True)
class Reached:
    """Tenants on which a person has a right, by name. whole_msps: MSPs all of whose tenants are
    among them."""

    named: list[Named]
    whole_msps: frozenset[UUID]
    rows: QuerySet[Tenant]

    @cached_property
    def tenants(self) -> list[Tenant]:
        """The same in full, but for their MSPs. One query."""
        return list(self.rows.select_related(None))

    @property
    def ids(self) -> frozenset[UUID]:
        return frozenset(one.id for one in self.named)

    def scope(self) -> AbstractContextManager[None]:
        """The scope of exactly these."""
        msps = {one.id: one.msp_id for one in self.named}
        return msp_scope(msps, whole_msps=self.whole_msps)


def tenants_of(
    user: User, right: str = roles.VIEW_BACKUPS, *, limits: Limits | None = None
) -> QuerySet[Tenant]:
    """The tenants on which a person has a right, by name. One query.

    limits: what the way of acting allows at most (an API token's).
    """
    person = ways.Person(user.pk, with_support=limits is None)
    found = (
        Tenant.objects.exclude(state__in=UNLISTED_STATES)
        .filter(ways.reached_by(person, right))
        .select_related("msp")
        .order_by("name", "id")
    )
    return found if limits is None else _within(found, right, limits)


def reached_by(
    user: User, right: str = roles.VIEW_BACKUPS, *, limits: Limits | None = None
) -> Reached:
    """The tenants on which a person has a right within the limits, and why he has it. One query."""
    rows = tenants_of(user, right, limits=limits)
    through_msp = ways.is_msp_reached_by(ways.Person(user.pk, with_support=limits is None), right)
    named, through = [], set[UUID]()
    told = rows.select_related(None).annotate(through_msp=through_msp)
    for tenant_id, msp_id, name, is_whole in told.values_list(
        "id", "msp_id", "name", "through_msp"
    ):
        named.append(Named(tenant_id, msp_id, name))
        if is_whole:
            through.add(msp_id)
    is_limited = limits is not None and limits.tenant_ids is not None
    return Reached(named, frozenset() if is_limited else frozenset(through), rows)


def rights_anywhere(user: User, names: Collection[str]) -> list[str]:
    """Those of the rights that a person has on at least one tenant. One query."""
    asked = [Exists(tenants_of(user, name).order_by()) for name in names]
    found = User.objects.filter(pk=user.pk).values_list(*asked).get()
    return [name for name, has in zip(names, found, strict=True) if has]


def _within(found: QuerySet[Tenant], right: str, limits: Limits) -> QuerySet[Tenant]:
    if not limits.allow(right):
        return found.none()
    return found if limits.tenant_ids is None else found.filter(pk__in=limits.tenant_ids)


def msps_of(user: User, right: str = roles.VIEW_BACKUPS) -> QuerySet[MSP]:
    """The MSPs on which a person has a right as a whole, by name. One query."""
    reached = ways.msps_reached_by(ways.Person(user.pk), right)
    return MSP.objects.filter(reached).order_by("name", "id")


def access_tenant(
    user: User, tenant_id: UUID, right: str = roles.VIEW_BACKUPS, *, limits: Limits | None = None
) -> Tenant:
    """The tenant, if the person has the right on it within the limits.

    Raises NotFound when he may not know of it, NotAllowed when his role is too weak. One query.
    """
    return enter_tenant(user, tenant_id, right, limits=limits)[0]


def enter_tenant(
    user: User, tenant_id: UUID, right: str = roles.VIEW_BACKUPS, *, limits: Limits | None = None
) -> tuple[Tenant, frozenset[str]]:
    """The same, with everything that the person may do there (rights_on_tenant). One query."""
    person = ways.Person(user.pk, with_support=limits is None)
    with asked_by(user.pk):
        tenant, names = ways.let_in(person, tenant_id)
    if tenant is None:
        raise NotFound("There is no such tenant.", code="no-such-tenant")
    held = roles.within(ways.rights_of(names), limits, tenant.pk)
    roles.refuse_without(held, right)
    return tenant, held


def access_msp(user: User, msp_id: UUID, right: str = roles.VIEW_BACKUPS) -> MSP:
    """The MSP, if the person has the right on it as a whole.

    Raises NotFound when he has none on it, NotAllowed when his role is too weak. Two queries.
    """
    with asked_by(user.pk):
        msp = MSP.objects.filter(pk=msp_id).first()
    if msp is None:
        raise NotFound("There is no such MSP.", code="no-such-msp")
    roles.refuse_without(rights_on_msp(user.pk, msp), right)
    return msp


def rights_on_tenant(
    user_id: UUID, tenant: Tenant, *, limits: Limits | None = None
) -> frozenset[str]:
    """Everything a person may do with a tenant, through it, its MSP, a group, or a
    support session. One query."""
    person = ways.Person(user_id, with_support=limits is None)
    with asked_by(user_id):
        names = ways.names_on_tenant(person, tenant)
    return roles.within(ways.rights_of(names), limits, tenant.pk)


def rights_on_msp(user_id: UUID, msp: MSP | UUID) -> frozenset[str]:
    """Everything a person may do with all tenants of an MSP, given as it is or by its id. One
    query."""
    msp_id = msp.pk if isinstance(msp, MSP) else msp
    with asked_by(user_id):
        return ways.rights_of(ways.names_on_msp(ways.Person(user_id), msp_id))


def direct_roles(user_id: UUID, on: Tenant | MSP) -> list[str]:
    """Names of the roles that a person holds himself on a tenant or MSP, in order. One query."""
    model = TenantPermission if isinstance(on, Tenant) else MSPPermission
    with asked_by(user_id):
        held = set(
            model.objects.filter(user_id=user_id, content_object=on).values_list(
                "permission__codename", flat=True
            )
        )
    return sorted(role.name for role in roles.ROLES.values() if role.permission in held)
