"""Saying how the people of a side sign in, and which Entra roles bring which of ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction

from apps.access import roles
from apps.access.models import MSPSignIn, RoleMapping, TenantSignIn
from apps.access.services.guards import record, require_may_give, require_may_manage_side
from apps.access.sides import On
from apps.access.signin import sessions
from apps.access.signin.entra.application import ready_clouds
from apps.access.signin.sides import people_of, require_may_manage, saved_policy
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.core.scope import no_scope
from apps.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Mapping:
    """Who has the directory role, or is in the group, `entra_id` gets `role` on the tenant."""

    source: str
    entra_id: UUID
    role: str


@transaction.atomic
def set_policy(*, actor: Actor, side: On, entra_enabled: bool, local_enabled: bool) -> None:
    """Say whether the side's people sign in through Entra, here, or both.

    Raises Invalid for neither, Conflict when only Entra would be left and is not set up,
    NotAllowed, NotFound.
    """
    require_may_manage(actor, side)
    if not (entra_enabled or local_enabled):
        raise Invalid("Nobody could sign in any more.", code="no-way-in", safe="Nothing changed.")
    if not local_enabled and not entra_is_ready(side):
        raise Conflict(
            "Signing in through Entra is not set up for these people.",
            code="entra-not-ready",
            safe="Nothing was changed.",
            todo="Set it up first, or leave signing in here on.",
        )
    with no_scope("the people of a side sign in by one policy"):
        policy = saved_policy(side)
        before = _as_data(policy)
        policy.entra_enabled, policy.local_enabled = entra_enabled, local_enabled
        policy.save()
        if not entra_enabled:
            end_entra_sessions(side)
    after = _as_data(policy)
    record(actor, "sign_in_policy.changed", side, side.name, before=before, after=after)


@transaction.atomic
def set_mappings(*, actor: Actor, tenant: Tenant, mappings: Iterable[Mapping]) -> None:
    """Make these the tenant's mappings; they count from each person's next sign-in on.

    The actor must hold himself what they give, and may not speak for a side that is not his where
    the customer demands a say. Raises Invalid, NotAllowed, NotFound.
    """
    require_may_manage(actor, tenant)
    wanted = list(dict.fromkeys(mappings))
    _check(wanted)
    with no_scope("who may give what is asked of both sides"):
        require_may_manage_side(actor, tenant, "customer")
        require_may_give(actor, [one.role for one in wanted], tenant)
        before = [_words(row) for row in RoleMapping.objects.filter(tenant=tenant)]
        RoleMapping.objects.filter(tenant=tenant).delete()
        RoleMapping.objects.bulk_create(
            [
                RoleMapping(tenant=tenant, source=one.source, entra_id=one.entra_id, role=one.role)
                for one in wanted
            ]
        )
    record(
        actor,
        "role_mapping.changed",
        tenant,
        tenant.name,
        before={"mappings": before},
        after={"mappings": [_words(one) for one in wanted]},
    )


def entra_is_ready(side: On) -> bool:
    """Whether the side's people could sign in through Entra: we have an application in its cloud
    and know its tenant."""
    if isinstance(side, Tenant):
        return side.cloud in ready_clouds() and side.entra_id is not None
    return side.entra_cloud in ready_clouds() and side.entra_tenant_id is not None


def end_entra_sessions(side: On) -> int:
    """End the sessions that the side's people began through the side's Entra tenant."""
    entra_tenant = side.entra_id if isinstance(side, Tenant) else side.entra_tenant_id
    theirs = UserSession.objects.filter(
        user__in=people_of(side), data__through="entra", data__tenant=str(entra_tenant)
    )
    return sessions.end(theirs)


def _check(mappings: Iterable[Mapping]) -> None:
    for one in mappings:
        if one.role not in roles.ROLES or one.source not in RoleMapping.Source.values:
            raise Invalid("There is no such role or kind of mapping.", code="bad-mapping")


def _words(one: Mapping | RoleMapping) -> str:
    return f"{one.source} {one.entra_id}: {one.role}"


def _as_data(policy: TenantSignIn | MSPSignIn) -> dict[str, object]:
    return {"entra_enabled": policy.entra_enabled, "local_enabled": policy.local_enabled}
