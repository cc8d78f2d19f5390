"""Who holds directory roles, before the plan and after it, as far as the snapshot tells.

https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from apps.history import selectors as history
from apps.history.choices import CollectionStatus, ObjectState
from apps.recovery.guards.effects import Effects
from apps.recovery.guards.looking import PlanLook
from apps.recovery.guards.policies import body_after

# The same in every tenant:
# https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"
ACTIVE: Final = "roleAssignment"
# Those that are only activated when needed.
ELIGIBLE: Final = "roleEligibility"
KINDS_OF_ROLES: Final = frozenset({ACTIVE, ELIGIBLE})


class Holding(NamedTuple):
    """That somebody or some group has a role for the whole directory."""

    principal: str
    role: str
    eligible: bool


@dataclass(frozen=True)
class Roles:
    """Who holds what at one moment. known: whether the snapshot tells of active roles at all."""

    known: bool
    holdings: frozenset[Holding] = frozenset()
    _by_principal: Mapping[str, tuple[Holding, ...]] = field(default_factory=dict)

    def active(self, ids: Iterable[str]) -> frozenset[str]:
        """The roles that are active for these: somebody and the groups that he is in."""
        return frozenset(one.role for one in self._of(ids) if not one.eligible)

    def at_hand(self, ids: Iterable[str]) -> frozenset[str]:
        """The roles that they may activate."""
        return frozenset(one.role for one in self._of(ids) if one.eligible)

    def principals(self, role: str) -> frozenset[str]:
        """The people, groups and service principals that have a role, active or at hand."""
        return frozenset(one.principal for one in self.holdings if one.role == role)

    def _of(self, ids: Iterable[str]) -> Iterator[Holding]:
        for one in ids:
            yield from self._by_principal.get(one, ())


def roles_before_and_after(look: PlanLook, effects: Effects) -> tuple[Roles, Roles]:
    """The roles as they are, and as the plan would leave them."""
    if not is_known(look):
        return Roles(known=False), Roles(known=False)
    found = history.state_at(look.tenant, look.seq, kinds=KINDS_OF_ROLES)
    keys = [(one.kind, one.object_id) for one in found if one.state == ObjectState.PRESENT]
    before = history.bodies_at(look.tenant, keys, look.seq)
    after: dict[tuple[str, str], Mapping[str, Any]] = dict(before)
    for key, writes in effects.watched_of(*KINDS_OF_ROLES).items():
        body = body_after(before.get(key, {}), writes, key in before)
        if body is None:
            after.pop(key, None)
        else:
            after[key] = body
    return _roles(before), _roles(after)


def is_known(look: PlanLook) -> bool:
    """Whether the snapshot has read who holds roles, and read all of it."""
    rows = history.snapshot_at(look.tenant, look.seq).collections.filter(collection=ACTIVE)
    return rows.filter(status=CollectionStatus.COMPLETE).exists()


def _roles(bodies: Mapping[tuple[str, str], Mapping[str, Any]]) -> Roles:
    holdings = frozenset(
        Holding(str(body["principalId"]), str(body["roleDefinitionId"]), kind != ACTIVE)
        for (kind, _), body in bodies.items()
        if body.get("principalId") and body.get("directoryScopeId", "/") == "/"
    )
    by_principal: defaultdict[str, tuple[Holding, ...]] = defaultdict(tuple)
    for one in holdings:
        by_principal[one.principal] += (one,)
    return Roles(True, holdings, dict(by_principal))
