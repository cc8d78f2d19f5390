"""The ways by which a person reaches tenants: roles on a tenant, on its MSP, and through groups.

Groups and tags are evaluated when the question is asked; nothing is copied, so a change counts at
once. Each way is a subquery that does not depend on the row asked about: PostgreSQL computes it
once a statement and looks tenants up in the result (docs/adr on groups has the figures).
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from apps.access import roles
from apps.access.models import AccessGroup, MSPPermission, SupportSession, TenantPermission
from apps.core import clock
from apps.tenants.models import MSP, Tenant, TenantTag

# Stands beside the names of roles for what an operator has in a support session.
SUPPORT = "support-session"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose ways are asked for. with_support: whether a support session counts.

    is_operator: spares the ways that only the others have, where it is known; None where not. The
    database decides all the same: one who has become the other since has neither way.
    """

    id: UUID
    with_support: bool = True
    is_operator: bool | None = None

    def held(self) -> dict[str, object]:
        """The conditions under which a permission of his counts. Operators hold none for good."""
        return {"user_id": self.id, "user__is_active": True, "user__is_operator": False}

    def groups(self) -> QuerySet[AccessGroup]:
        return AccessGroup.objects.filter(
            members__membership__user_id=self.id,
            members__membership__user__is_active=True,
            members__membership__user__is_operator=False,
        )

    def support_sessions(self) -> QuerySet[SupportSession]:
        """The sessions that are open now."""
        now = clock.now()
        return SupportSession.objects.filter(
            operator_id=self.id,
            operator__is_active=True,
            operator__is_operator=True,
            ended_at__isnull=True,
            starts_at__lte=now,
            ends_at__gt=now,
        )


def reached_by(person: Person, right: str) -> Q:
    """The condition on tenants: those on which the person has the right."""
    reached = Q(pk__in=[])
    if not person.is_operator:
        reached |= _by_roles(person, right)
    if person.is_operator is not False and person.with_support and right in roles.SUPPORT_RIGHTS:
        sessions = person.support_sessions()
        reached |= Q(pk__in=sessions.filter(tenant__isnull=False).values("tenant"))
        reached |= Q(msp__in=sessions.filter(msp__isnull=False).values("msp"))
    return reached


def _by_roles(person: Person, right: str) -> Q:
    allowing = roles.roles_with(right)
    codenames = [role.permission for role in allowing]
    groups = person.groups().filter(roles__overlap=[role.name for role in allowing])
    held = {**person.held(), "permission__codename__in": codenames}
    return (
        Q(pk__in=TenantPermission.objects.filter(**held).values("content_object"))
        | Q(msp__in=MSPPermission.objects.filter(**held).values("content_object"))
        | Q(msp__in=groups.filter(covers_all=True).values("msp"))
        | Q(pk__in=tagged(groups).values("tenant"))
    )


def msps_reached_by(person: Person, right: str) -> Q:
    """The condition on MSPs: those on which the person has the right as a whole."""
    allowing = roles.roles_with(right)
    held = {**person.held(), "permission__codename__in": [role.permission for role in allowing]}
    groups = person.groups().filter(
        covers_all=True, roles__overlap=[role.name for role in allowing]
    )
    return Q(pk__in=MSPPermission.objects.filter(**held).values("content_object")) | Q(
        pk__in=groups.values("msp")
    )


def tagged(groups: QuerySet[AccessGroup]) -> QuerySet[TenantTag]:
    """The tags on tenants through which these groups cover them."""
    return TenantTag.objects.filter(tag__group_tags__group__in=groups.filter(covers_all=False))


def names_on_tenant(person: Person, tenant: Tenant) -> set[str]:
    """Permission codenames, role names and SUPPORT, all that the person has there. One query."""
    covering = Q(covers_all=True, msp=tenant.msp_id) | Q(
        covers_all=False, group_tags__tag__tenant_tags__tenant=tenant
    )
    of_session = Q(tenant=tenant) | Q(msp=tenant.msp_id)
    parts = [
        _codenames(MSPPermission.objects.filter(content_object=tenant.msp_id, **person.held())),
        _roles(person.groups().filter(covering)),
    ]
    if person.with_support:
        sessions = person.support_sessions().filter(of_session)
        parts.append(sessions.values_list(Value(SUPPORT, CharField())))
    first = _codenames(TenantPermission.objects.filter(content_object=tenant, **person.held()))
    return {name for (name,) in first.union(*parts)}


def names_on_msp(person: Person, msp: MSP) -> set[str]:
    """Permission codenames and role names that the person has on the whole MSP. One query."""
    held = _codenames(MSPPermission.objects.filter(content_object=msp, **person.held()))
    through_groups = _roles(person.groups().filter(covers_all=True, msp=msp))
    return {name for (name,) in held.union(through_groups)}


def rights_of(names: set[str]) -> frozenset[str]:
    """All that permission codenames, role names and SUPPORT allow together."""
    granted = [role.rights for role in roles.ROLES.values() if names & {role.permission, role.name}]
    if SUPPORT in names:
        granted.append(roles.SUPPORT_RIGHTS)
    return frozenset().union(*granted)


def _codenames(held: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    return held.values_list(Cast("permission__codename", CharField()))


def _roles(groups: QuerySet[AccessGroup]) -> QuerySet:  # type: ignore[type-arg]
    each = Func(F("roles"), function="unnest", output_field=CharField())
    return groups.values_list(each)
