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

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import CharField, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.access import roles
from apps.access.models import AccessGroup
from apps.core import clock
from apps.tenants.models import MSP, Tenant, TenantTag

# Stands beside the names of roles for what an operator has in a support session.
SUPPORT = "support-session"

_HOLDINGS = "from holdfast_holdings(%s, %s) held where"
_ON_TENANTS = f"select tenant_id {_HOLDINGS} tenant_id is not null and name = any (%s)"
_ON_MSPS = f"select msp_id {_HOLDINGS} msp_id is not null and name = any (%s)"
_OF_EACH_TENANT = f"""
array(
    select name {_HOLDINGS} held.tenant_id = tenants_tenant.id
        or held.msp_id = tenants_tenant.msp_id
)"""
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
    names = _names_with(right)
    if right in roles.SUPPORT_RIGHTS:
        names.append(SUPPORT)
    return Q(pk__in=_ids(_ON_TENANTS, person, names)) | Q(msp_id__in=_ids(_ON_MSPS, person, names))


def msps_reached_by(person: Person, right: str) -> Q:
    """The condition on MSPs: those on which the person has the right as a whole."""
    return Q(pk__in=_ids(_ON_MSPS, person, _names_with(right)))


def tagged(groups: QuerySet[AccessGroup]) -> QuerySet[TenantTag]:
    """The tags on tenants through which these groups cover them."""
    return TenantTag.objects.filter(tag__group_tags__group__in=groups.filter(covers_all=False))


def names_on_each(person: Person) -> RawSQL:
    """For a query of tenants: a list of all that the person has on each, as names_on_tenant."""
    return RawSQL(_OF_EACH_TENANT, person.asked, ArrayField(CharField()))  # noqa: S611 - ours


def names_on_tenant(person: Person, tenant: Tenant) -> set[str]:
    """Permission codenames, role names and SUPPORT, all that the person has there. One query."""
    return _names(_OF_ONE_TENANT, (*person.asked, tenant.pk, tenant.msp_id))


def names_on_msp(person: Person, msp: MSP) -> set[str]:
    """Permission codenames and role names that the person has on the whole MSP. One query."""
    return _names(_OF_MSP, (*person.asked, msp.pk)) - {SUPPORT}


def rights_of(names: set[str]) -> frozenset[str]:
    """All that permission codenames, role names and SUPPORT allow together."""
    granted = [role.rights for role in roles.ROLES.values() if names & {role.permission, role.name}]
    if SUPPORT in names:
        granted.append(roles.SUPPORT_RIGHTS)
    return frozenset().union(*granted)


def _names_with(right: str) -> list[str]:
    """By what names a right is held."""
    return [name for role in roles.roles_with(right) for name in (role.permission, role.name)]


def _ids(sql: str, person: Person, names: list[str]) -> RawSQL:
    return RawSQL(sql, (*person.asked, names))  # noqa: S611 - the constants above


def _names(sql: str, params: Sequence[Any]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {name for (name,) in cursor.fetchall()}
