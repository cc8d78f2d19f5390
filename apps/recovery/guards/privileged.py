"""Administrators made, unmade or touched: roles, groups that may hold roles, permissions with which
an application can make itself an administrator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from apps.diffs.batches import batched
from apps.diffs.choices import Risk
from apps.history import selectors as history
from apps.recovery.choices import Action
from apps.recovery.guards.effects import REMOVING, Effects
from apps.recovery.guards.groups import GroupFacts, link_edges
from apps.recovery.guards.lock_out import LockOut
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.people import ADMINISTRATOR, USER
from apps.recovery.guards.risks import PlanRisk, about
from apps.recovery.guards.roles import GLOBAL_ADMINISTRATOR, KINDS_OF_ROLES

# With each of these an application can give itself, or somebody, every right there is.
# https://learn.microsoft.com/graph/permissions-reference
POWERFUL: Final = {
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
    "fee28b28-e1f3-4841-818e-2704dc62245f": "RoleEligibilitySchedule.ReadWrite.Directory",
    "dd199f4a-f148-40a4-a2ec-f0069cc799ec": "RoleAssignmentSchedule.ReadWrite.Directory",
    "31e08e0a-d3f7-4ca2-ac39-7343fb83e8ad": "RoleManagementPolicy.ReadWrite.Directory",
    "06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
    "a402ca1c-2696-4531-972d-6e5ee4aa11ea": "Policy.ReadWrite.PermissionGrant",
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": "Directory.ReadWrite.All",
    "7e05723c-0bb0-42da-be95-ae9f08a6e53c": "Domain.ReadWrite.All",
    "50483e42-d915-4231-9639-7fdb7fd190e5": "UserAuthenticationMethod.ReadWrite.All",
}
_MAKING = frozenset({Action.CREATE, Action.UNDELETE})
_ASSIGNMENT, _GRANT = "appRoleAssignment", "oauth2PermissionGrant"
BATCH = 500


def privilege_risks(
    look: PlanLook, effects: Effects, groups: dict[str, GroupFacts]
) -> Iterator[PlanRisk]:
    """Roles given and taken, groups that may hold roles, powerful permissions, consents for all."""
    yield from _roles(look, effects)
    yield from _role_groups(effects, groups)
    yield from _permissions(effects)


def administrator_risks(case: LockOut) -> Iterator[PlanRisk]:
    """Administrators' accounts that the plan writes, and the last Global Administrators."""
    before, after = case.before.roles, case.after.roles
    if not before.known:
        return
    written = {
        one: writes[0].order
        for (_, one), writes in case.effects.watched_of(USER).items()
        if before.active((one,)) or before.at_hand((one,))
    }
    if written:
        steps = tuple(sorted(written.values()))
        yield PlanRisk("administrator-account", Risk.MEDIUM, steps, about(written))
    holders = case.subjects.by_reason.get(ADMINISTRATOR, frozenset())
    principals = after.principals(GLOBAL_ADMINISTRATOR)
    left = {
        one
        for one in holders & case.people.after.keys()
        if one in principals or not principals.isdisjoint(case.memberships.after(one))
    }
    now = holders & case.people.before.keys()
    if now and not left:
        yield PlanRisk("last-global-administrator", Risk.HIGH, data=about(now), blocks=True)
    elif len(left) == 1 and len(now) > 1:
        yield PlanRisk("one-global-administrator", Risk.MEDIUM, data=about(left))


def _roles(look: PlanLook, effects: Effects) -> Iterator[PlanRisk]:
    writes = effects.watched_of(*KINDS_OF_ROLES)
    given = {key: steps for key, steps in writes.items() if steps[0].action in _MAKING}
    taken = {key: steps for key, steps in writes.items() if steps[-1].action in REMOVING}
    bodies: dict[tuple[str, str], Mapping[str, Any]] = {
        key: steps[0].body() for key, steps in given.items()
    }
    for batch in batched(sorted(taken), BATCH):
        bodies |= history.bodies_at(look.tenant, batch, look.seq)
    for code, found in (("role-given", given), ("role-taken", taken)):
        if not found:
            continue
        roles = {str(bodies.get(key, {}).get("roleDefinitionId", "")) for key in found} - {""}
        ids = {str(bodies.get(key, {}).get("principalId", "")) for key in found} - {""}
        steps = tuple(sorted(each[0].order for each in found.values()))
        level = Risk.HIGH if code == "role-given" else Risk.MEDIUM
        yield PlanRisk(code, level, steps, about(ids, roles=sorted(roles)))


def _role_groups(effects: Effects, groups: dict[str, GroupFacts]) -> Iterator[PlanRisk]:
    holding = {one for one, facts in groups.items() if facts.role_assignable}
    if not holding:
        return
    added, taken = link_edges(effects)
    joining = {edge.source: edge.step for edge in added if edge.source in holding}
    for way in (effects.undeleted, effects.created):
        joining |= {one: step for one, step in way.get("group", {}).items() if one in holding}
    if joining:
        steps = tuple(sorted(joining.values()))
        yield PlanRisk("role-group-widened", Risk.HIGH, steps, about(joining))
    leaving = {edge.source: edge.step for edge in taken if edge.source in holding}
    leaving |= {one: s for one, s in effects.removed.get("group", {}).items() if one in holding}
    if leaving:
        steps = tuple(sorted(leaving.values()))
        yield PlanRisk("role-group-narrowed", Risk.MEDIUM, steps, about(leaving))


def _permissions(effects: Effects) -> Iterator[PlanRisk]:
    powerful: dict[str, int] = {}
    names: set[str] = set()
    everybody: dict[str, int] = {}
    for (kind, _), writes in effects.watched_of(_ASSIGNMENT, _GRANT).items():
        first = writes[0]
        if first.action not in _MAKING:
            continue
        body = first.body()
        if kind == _ASSIGNMENT and body.get("appRoleId") in POWERFUL:
            powerful[str(body.get("principalId", ""))] = first.order
            names.add(POWERFUL[str(body["appRoleId"])])
        elif kind == _GRANT and body.get("consentType") == "AllPrincipals":
            everybody[str(body.get("clientId", ""))] = first.order
    if powerful:
        data = about(powerful, permissions=sorted(names))
        yield PlanRisk("powerful-permission", Risk.HIGH, tuple(sorted(powerful.values())), data)
    if everybody:
        steps = tuple(sorted(everybody.values()))
        yield PlanRisk("consent-for-everybody", Risk.MEDIUM, steps, about(everybody))
