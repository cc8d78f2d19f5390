"""The ways by which a person reaches tenants: roles on a tenant, on its MSP, and through groups.

The function holdfast_holdings in PostgreSQL knows them all, support sessions included: it gives
what a person holds, where, and by what name. Groups and tags are evaluated when the question is
asked; nothing is copied, so a change counts at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.access import roles
from apps.access.models import AccessGroup
from apps.core import clock
from apps.tenants.models import Tenant, TenantTag

# Stands beside the names of roles for what an operator has in a support session.
SUPPORT = "support-session"

_HOLDINGS = "from holdfast_holdings(%s, %s) held where"
_ON_TENANTS = f"select tenant_id {_HOLDINGS} tenant_id is not null and name = any (%s)"
_ON_MSPS = f"select msp_id {_HOLDINGS} msp_id is not null and name = any (%s)"
_MSP_IS_REACHED = f"tenants_tenant.msp_id in ({_ON_MSPS})"
_OF_ONE_TENANT = f"select distinct name {_HOLDINGS} tenant_id = %s or msp_id = %s"
_OF_MSP = f"select distinct name {_HOLDINGS} msp_id = %s"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose ways are asked for. with_support: whether a support session counts."""

    id: UUID
    with_support: bool = True

    @property
    def asked(self) -> tuple[UUID, datetime | None]:
        """What the function is given: sessions count that are open at the time."""
        return self.id, clock.now() if self.with_support else None


def reached_by(person: Person, right: str) -> Q:
    """The condition on tenants: those on which the person has the right."""
    names = _names_with(right, or_support=True)
    return Q(pk__in=_ids(_ON_TENANTS, person, names)) | Q(msp_id__in=_ids(_ON_MSPS, person, names))


def is_msp_reached_by(person: Person, right: str) -> RawSQL:
    """For a query of tenants: whether the person has the right on a tenant's MSP as a whole."""
    params = (*person.asked, _names_with(right, or_support=True))
    return RawSQL(_MSP_IS_REACHED, params, BooleanField())  # noqa: S611 - the constant above


def msps_reached_by(person: Person, right: str) -> Q:
    """The condition on MSPs: those on which the person has the right as a whole."""
    return Q(pk__in=_ids(_ON_MSPS, person, _names_with(right)))


def tagged(groups: QuerySet[AccessGroup]) -> QuerySet[TenantTag]:
    """The tags on tenants through which these groups cover them."""
    return TenantTag.objects.filter(tag__group_tags__group__in=groups.filter(covers_all=False))


def let_in(person: Person, tenant_id: UUID) -> tuple[Tenant | None, set[str]]:
    """A tenant that is not removed, with names_on_tenant; None where the person has nothing.

    The person has to be the one of apps.core.scope.person. One query, in plain SQL: every page of
    a tenant begins with it, and making it of a queryset would take longer than asking it.
    """
    names = [field.attname for field in Tenant._meta.concrete_fields]
    columns = ", ".join(f"(door.tenant).{field.column}" for field in Tenant._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {columns}, door.held from holdfast_door(%s, %s) door",  # noqa: S608 - ours
            (tenant_id, person.asked[1]),
        )
        found = cursor.fetchone()
    if found is None:
        return None, set()
    *values, held = found
    return Tenant.from_db(connection.alias, names, values), set(held)


def names_on_tenant(person: Person, tenant: Tenant) -> set[str]:
    """Permission codenames, role names and SUPPORT, all that the person has there. One query."""
    return _names(_OF_ONE_TENANT, (*person.asked, tenant.pk, tenant.msp_id))


def names_on_msp(person: Person, msp_id: UUID) -> set[str]:
    """Permission codenames and role names that the person has on the whole MSP. One query."""
    return _names(_OF_MSP, (*person.asked, msp_id)) - {SUPPORT}


def rights_of(names: set[str]) -> frozenset[str]:
    """All that permission codenames, role names and SUPPORT allow together."""
    granted = [role.rights for role in roles.ROLES.values() if names & {role.permission, role.name}]
    if SUPPORT in names:
        granted.append(roles.SUPPORT_RIGHTS)
    return frozenset().union(*granted)


def _names_with(right: str, *, or_support: bool = False) -> list[str]:
    """By what names a right is held, on tenants also by a support session."""
    names = [name for role in roles.roles_with(right) for name in (role.permission, role.name)]
    return [*names, SUPPORT] if or_support and right in roles.SUPPORT_RIGHTS else names


def _ids(sql: str, person: Person, names: list[str]) -> RawSQL:
    return RawSQL(sql, (*person.asked, names))  # noqa: S611 - the constants above


def _names(sql: str, params: Sequence[Any]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {name for (name,) in cursor.fetchall()}
