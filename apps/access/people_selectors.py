"""Who may do what, and in which way: for the pages about people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.access import roles
from apps.access.models import (
    AccessGroup,
    GroupMember,
    Membership,
    MSPPermission,
    TenantPermission,
    User,
)
from apps.access.roles import Role
from apps.access.sides import On, Side
from apps.access.signin.factors import TYPES
from apps.core.scope import no_scope
from apps.tenants.models import MSP, Tag, Tenant

_COUNTS = {"user__is_active": True, "user__is_operator": False}


@dataclass(frozen=True, slots=True)
class Way:
    """One role of a person's, and how it comes to him: "through group Night shift, tag gold"."""

    role: Role
    through: str


@dataclass(slots=True)
class Standing:
    """What one person may do with a tenant."""

    user: User
    side: Side
    ways: list[Way] = field(default_factory=list)

    @property
    def rights(self) -> frozenset[str]:
        return frozenset().union(*(way.role.rights for way in self.ways))

    @property
    def labels(self) -> list[str]:
        """What the rights are called, in the table's order."""
        return [right.label for right in roles.RIGHT_TABLE.values() if right.name in self.rights]


def standings(tenant: Tenant) -> list[Standing]:
    """Everybody who has a role on the tenant or belongs to the customer, by name. Four queries.

    The customer sees the MSP's people here too: who may do what with a tenant is no secret of
    either side.
    """
    with no_scope("both sides see who may do what on a tenant"):
        found = {
            membership.user_id: Standing(membership.user, "customer")
            for membership in _members(tenant_id=tenant.pk)
        }
        for user, way in _ways_on(tenant):
            found.setdefault(user.pk, Standing(user, "msp")).ways.append(way)
    return sorted(found.values(), key=lambda one: (one.user.name.lower(), one.user.email))


def standing_on(user_id: UUID, tenant: Tenant) -> Standing | None:
    """What one person may do with a tenant, and through which ways; None for a stranger."""
    return next((one for one in standings(tenant) if one.user.pk == user_id), None)


def _ways_on(tenant: Tenant) -> Iterator[tuple[User, Way]]:
    for held in _permissions(TenantPermission, tenant):
        yield held.user, Way(_by_permission(held), "on this tenant")
    for held in _permissions(MSPPermission, tenant.msp_id, "content_object"):
        yield held.user, Way(_by_permission(held), f"on all tenants of {held.content_object.name}")
    carried = Tag.objects.filter(tenant_tags__tenant=tenant, group_tags__group=OuterRef("group"))
    names = ArraySubquery(carried.order_by("name").values("name"))
    members = _group_members(tenant.msp_id).annotate(tags=names)
    for member in members.filter(Q(group__covers_all=True) | Exists(carried)):
        through = _through(member.group, member.tags)
        for role in _in_order(member.group.roles):
            yield member.membership.user, Way(role, through)


def _through(group: AccessGroup, tags: list[str]) -> str:
    if group.covers_all:
        return f"through group {group.name}, which covers all tenants"
    return f"through group {group.name}, tag {' and '.join(tags)}"


@dataclass(slots=True)
class Staff:
    """One of an MSP's people, with the roles held on the whole MSP and through groups."""

    user: User
    has_second_factor: bool
    roles: list[Role] = field(default_factory=list)
    groups: list[AccessGroup] = field(default_factory=list)
    on_tenants: list[tuple[Tenant, Role]] = field(default_factory=list)


def members_of(msp: MSP) -> QuerySet[Membership]:
    """An MSP's people by name; `has_second_factor` says whether each has one."""
    return _members(msp_id=msp.pk)  # type: ignore[no-any-return]


def having_role(members: QuerySet[Membership], name: str) -> QuerySet[Membership]:
    """Those of an MSP's people who hold a role on it, on one of its tenants or through a group."""
    held = {"user": OuterRef("user"), "permission__codename": roles.ROLES[name].permission}
    on_msp = MSPPermission.objects.filter(**held, content_object=OuterRef("msp"))
    on_tenant = TenantPermission.objects.filter(**held, content_object__msp=OuterRef("msp"))
    in_group = GroupMember.objects.filter(membership=OuterRef("pk"), group__roles__contains=[name])
    return members.filter(Exists(on_msp) | Exists(on_tenant) | Exists(in_group))


def having_factor(members: QuerySet[Membership], *, present: bool) -> QuerySet[Membership]:
    """Those who have a second factor, or those who have none."""
    factor = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=TYPES)
    return members.filter(Exists(factor) if present else ~Exists(factor))


def staff_of(msp: MSP, members: QuerySet[Membership]) -> list[Staff]:
    """Some of an MSP's people with what they may do. Four queries."""
    with no_scope("an MSP's manager sees all roles of its people"):
        found = {m.user_id: Staff(m.user, getattr(m, "has_second_factor", False)) for m in members}
        for held in _permissions(MSPPermission, msp):
            if held.user_id in found:
                found[held.user_id].roles.append(_by_permission(held))
        for member in _group_members(msp.pk):
            if member.membership.user_id in found:
                found[member.membership.user_id].groups.append(member.group)
        single = TenantPermission.objects.filter(content_object__msp=msp, user__in=list(found))
        for one in single.select_related("content_object", "permission").order_by(
            "content_object__name"
        ):
            found[one.user_id].on_tenants.append((one.content_object, _by_permission(one)))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Administrator:
    """One of a customer's own people, with the roles held on the tenant."""

    user: User
    has_second_factor: bool
    roles: list[Role]


def administrators_of(tenant: Tenant) -> list[Administrator]:
    """A customer's own people, by name. Two queries."""
    with no_scope("a customer's people, for both sides"):
        held: dict[UUID, list[Role]] = defaultdict(list)
        for one in _permissions(TenantPermission, tenant):
            held[one.user_id].append(_by_permission(one))
        return [
            Administrator(m.user, m.has_second_factor, held[m.user_id])
            for m in _members(tenant_id=tenant.pk)
        ]


def member_of(on: On, user_id: UUID) -> Membership | None:
    """The person's membership of exactly this tenant or MSP. One query."""
    side: dict[str, Any] = {"tenant": on} if isinstance(on, Tenant) else {"msp": on}
    with no_scope("whether somebody is one's own"):
        return Membership.objects.select_related("user").filter(user_id=user_id, **side).first()


def known_at(on: On, email: str) -> User | None:
    """The person with this address who belongs to the tenant or its MSP, or to the MSP.

    None for everybody else's address, whether it has an account or not.
    """
    sides = Q(tenant=on) | Q(msp=on.msp_id) if isinstance(on, Tenant) else Q(msp=on)
    with no_scope("whether somebody is one's own"):
        members = Membership.objects.filter(sides, user__email__iexact=email.strip())
        found = members.select_related("user").first()
    return found.user if found else None


def approvers(tenant: Tenant, side: str) -> list[User]:
    """The people of one side ("msp", "customer") who may approve recoveries of the tenant."""
    members = Q(memberships__tenant=tenant)
    if side == "msp":
        members = Q(memberships__msp=tenant.msp_id)
    with no_scope("each side knows whether the other has approvers"):
        return list(_holders(tenant, roles.APPROVE_RECOVERY).filter(members).distinct())


def managers_of(on: On) -> QuerySet[User]:
    """Who manages the people of a tenant (both sides) or of a whole MSP, by name."""
    if isinstance(on, Tenant):
        return _holders(on, roles.MANAGE_PEOPLE).order_by("name", "pk")
    return _whole_msp_holders(on, roles.MANAGE_PEOPLE).order_by("name", "pk")


def holders_on_msp(msp: MSP, right: str) -> QuerySet[User]:
    """Who has a right on a whole MSP, by name."""
    return _whole_msp_holders(msp, right).order_by("name", "pk")


def _holders(tenant: Tenant, right: str) -> QuerySet[User]:
    codenames = roles.permissions_for(right)
    direct = TenantPermission.objects.filter(
        content_object=tenant, permission__codename__in=codenames
    )
    covering = Q(group__covers_all=True) | Q(group__group_tags__tag__tenant_tags__tenant=tenant)
    grouped = _members_with(tenant.msp_id, right).filter(covering)
    return User.objects.filter(is_active=True, is_operator=False).filter(
        Q(pk__in=direct.values("user"))
        | Q(pk__in=_on_msp(tenant.msp_id, right).values("user"))
        | Q(pk__in=grouped.values("membership__user"))
    )


def _whole_msp_holders(msp: MSP, right: str) -> QuerySet[User]:
    grouped = _members_with(msp.pk, right).filter(group__covers_all=True)
    return User.objects.filter(is_active=True, is_operator=False).filter(
        Q(pk__in=_on_msp(msp.pk, right).values("user"))
        | Q(pk__in=grouped.values("membership__user"))
    )


def _on_msp(msp_id: UUID, right: str) -> QuerySet[MSPPermission]:
    codenames = roles.permissions_for(right)
    return MSPPermission.objects.filter(content_object=msp_id, permission__codename__in=codenames)


def _members_with(msp_id: UUID, right: str) -> QuerySet[GroupMember]:
    names = [role.name for role in roles.roles_with(right)]
    return GroupMember.objects.filter(group__msp=msp_id, group__roles__overlap=names)


def _members(**side: UUID) -> Any:
    """Memberships by name, each knowing whether its person has a second factor."""
    factor = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=TYPES)
    return (
        Membership.objects.filter(**side, user__is_active=True)
        .select_related("user")
        .annotate(has_second_factor=Exists(factor))
        .order_by("user__name", "user__email")
    )


def _permissions(model: Any, on: On | UUID, *related: str) -> Iterable[Any]:
    held = model.objects.filter(content_object=on, **_COUNTS)
    place = [role.permission for role in roles.ROLES.values()].index
    return sorted(
        held.select_related("user", "permission", *related),
        key=lambda one: place(one.permission.codename),
    )


def _group_members(msp_id: UUID) -> QuerySet[GroupMember]:
    return (
        GroupMember.objects.filter(group__msp=msp_id, membership__user__is_active=True)
        .exclude(membership__user__is_operator=True)
        .select_related("group", "membership__user")
        .order_by("group__name")
    )


def _by_permission(held: Any) -> Role:
    return _ROLE_OF[held.permission.codename]


def _in_order(names: Iterable[str]) -> list[Role]:
    wanted = set(names)
    return [role for role in roles.ROLES.values() if role.name in wanted]


_ROLE_OF = {role.permission: role for role in roles.ROLES.values()}
