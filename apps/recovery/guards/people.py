"""Whose way in matters, and how each of them stands before the plan and after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.access.models import EntraIdentity
from apps.diffs.batches import batched
from apps.entra.conditional_access import Who
from apps.entra.conditional_access.sign_ins import GuestType
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.recovery.guards.effects import Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.memberships import members_of
from apps.recovery.guards.policies import Rules, body_after
from apps.recovery.guards.roles import GLOBAL_ADMINISTRATOR, Roles
from apps.tenants.models import BreakGlassAccount

USER = "user"
BATCH = 500
BREAK_GLASS, ADMINISTRATOR, OPERATOR = "break-glass", "global-administrator", "operator"
# Nobody sensible has more; beyond that the first ones, by id, stand for the others.
MOST_ADMINISTRATORS = 500

Body = Mapping[str, Any]


@dataclass
class Subjects:
    """The ids of users whose way in matters, by why it does. One may be there for many reasons."""

    by_reason: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset().union(*self.by_reason.values())


@dataclass(frozen=True)
class People:
    """The bodies of users before and after, for those who are there and enabled."""

    before: Mapping[str, Body]
    after: Mapping[str, Body]


def subjects_of(look: PlanLook, before: Roles, after: Roles) -> Subjects:
    """Break-glass accounts, Global Administrators now or then, and the people who operate."""
    accounts = BreakGlassAccount.objects.filter(tenant=look.tenant)
    named = frozenset(accounts.values_list("object_id", flat=True))
    found = {BREAK_GLASS: named, OPERATOR: operators_of(look)}
    if before.known:
        principals = before.principals(GLOBAL_ADMINISTRATOR) | after.principals(
            GLOBAL_ADMINISTRATOR
        )
        found[ADMINISTRATOR] = users_among(look, principals)
    return Subjects(found)


def operators_of(look: PlanLook) -> frozenset[str]:
    """The users of this tenant that our people sign in as, those who ask, approve or made it."""
    if look.tenant.entra_id is None or not look.people:
        return frozenset()
    rows = EntraIdentity.objects.filter(
        user__in=look.people, cloud=look.tenant.cloud, entra_tenant_id=look.tenant.entra_id
    )
    return frozenset(str(one) for one in rows.values_list("entra_object_id", flat=True))


def users_among(look: PlanLook, principals: Iterable[str]) -> frozenset[str]:
    """Principals and, of those that are groups, the members."""
    wanted = set(principals)
    groups = set()
    for batch in batched(sorted(wanted), BATCH):
        found = history.state_at(look.tenant, look.seq, kinds=["group"], object_ids=set(batch))
        groups |= {one.object_id for one in found}
    wanted |= members_of(look, groups, MOST_ADMINISTRATORS)
    users: set[str] = set()
    for batch in batched(sorted(wanted - groups), BATCH):
        found = history.state_at(look.tenant, look.seq, kinds=[USER], object_ids=set(batch))
        users |= {one.object_id for one in found}
    return frozenset(sorted(users)[:MOST_ADMINISTRATORS])


def people_of(look: PlanLook, effects: Effects, ids: Iterable[str]) -> People:
    """Who of these can sign in at all, before and after."""
    present: dict[str, Body] = {}
    known: dict[str, Body] = {}
    for batch in batched(sorted(ids), BATCH):
        found = history.state_at(look.tenant, look.seq, kinds=[USER], object_ids=set(batch))
        states = {one.object_id: one.state for one in found}
        bodies = history.bodies_at(look.tenant, [(USER, one) for one in states], look.seq)
        for (_, object_id), body in bodies.items():
            known[object_id] = body
            if states[object_id] == ObjectState.PRESENT:
                present[object_id] = body
    after: dict[str, Body] = {}
    for object_id in ids:
        writes = effects.watched.get((USER, object_id), [])
        then = body_after(known.get(object_id, {}), writes, object_id in present)
        if then is not None:
            after[object_id] = then
    return People(_enabled(present), _enabled(after))


def who(object_id: str, body: Body, groups: frozenset[str], roles: Roles, rules: Rules) -> Who:
    """Somebody as the policies see him: of his groups and roles those that any of them names, so
    that many who are alike in this are decided about once."""
    carriers = (object_id, *groups)
    return Who(
        object_id=object_id if object_id in rules.users else "",
        groups=groups & rules.groups,
        roles=roles.active(carriers) & rules.roles,
        # Where nobody knows who holds which role, anybody may hold any that a policy names.
        roles_at_hand=(roles.at_hand(carriers) & rules.roles) if roles.known else rules.roles,
        guest=_guest(body),
    )


def _enabled(bodies: Mapping[str, Body]) -> dict[str, Body]:
    return {one: body for one, body in bodies.items() if body.get("accountEnabled") is not False}


def _guest(body: Body) -> GuestType | None:
    """https://learn.microsoft.com/entra/external-id/user-properties"""
    invited = body.get("creationType") == "Invitation"
    if body.get("userType") == "Guest":
        return "b2bCollaborationGuest" if invited else "internalGuest"
    return "b2bCollaborationMember" if invited else None
