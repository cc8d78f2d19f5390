"""Conditional Access as it is, and as the plan would leave it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.entra.conditional_access import Where
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.recovery.choices import Action
from apps.recovery.guards.effects import REMOVING, Effects
from apps.recovery.guards.looking import PlanLook, Write

POLICY = "conditionalAccessPolicy"
LOCATION = "namedLocation"
IN_FORCE = "enabled"
NOT_IN_FORCE = frozenset({"disabled", "enabledForReportingButNotEnforced"})
_SIDES = ("include", "exclude")

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Rules:
    """The policies that are in force, and the named locations, at one moment."""

    policies: tuple[Body, ...]
    where: Where
    groups: frozenset[str] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)
    users: frozenset[str] = field(default_factory=frozenset)

    @property
    def reach_applications(self) -> bool:
        """Whether any of them is for service principals."""
        return any(_part(one, "conditions", "clientApplications") for one in self.policies)


def rules_before(look: PlanLook) -> dict[tuple[str, str], Body]:
    """The bodies of policies and locations that are there, by kind and id."""
    found = history.state_at(look.tenant, look.seq, kinds=[POLICY, LOCATION])
    keys = [(one.kind, one.object_id) for one in found if one.state == ObjectState.PRESENT]
    return dict(history.bodies_at(look.tenant, keys, look.seq))


def rules_after(
    look: PlanLook, effects: Effects, before: Mapping[tuple[str, str], Body]
) -> dict[tuple[str, str], Body]:
    """The same after the plan's steps."""
    after = dict(before)
    writes = effects.watched_of(POLICY, LOCATION)
    returning = [key for key in writes if key not in before]
    deleted = history.bodies_at(look.tenant, returning, look.seq) if returning else {}
    for key, steps in writes.items():
        body = body_after(before.get(key) or deleted.get(key) or {}, steps, key in before)
        if body is None:
            after.pop(key, None)
        else:
            after[key] = {**body, "id": key[1]}
    return after


def body_after(held: Body, writes: Iterable[Write], is_there: bool) -> Body | None:
    """What an object is after these steps, from what it is or, in the bin, would come back as.

    None when it is not there any more, or never comes back.
    """
    body: dict[str, Any] | None = dict(held) if is_there else None
    for write in writes:
        if write.action in REMOVING:
            body = None
        elif write.action == Action.UNDELETE:
            body = {**held, **(body or {})}
        else:
            sent = {name: value for name, value in write.body().items() if name[:1] != "@"}
            body = {**(body or {}), **sent}
    return body


def rules_of(bodies: Mapping[tuple[str, str], Body]) -> Rules:
    """Those in force, and whom they name."""
    policies = tuple(
        {"id": object_id, **body}
        for (kind, object_id), body in sorted(bodies.items())
        if kind == POLICY and body.get("state") not in NOT_IN_FORCE
    )
    locations = {object_id: body for (kind, object_id), body in bodies.items() if kind == LOCATION}
    return Rules(
        policies,
        Where(locations),
        groups=frozenset(_named(policies, "Groups")),
        roles=frozenset(_named(policies, "Roles")),
        users=frozenset(_named(policies, "Users")),
    )


def named_by(policy: Body, side: str, what: str) -> list[str]:
    """The ids of users, groups or roles that a policy includes or excludes."""
    found = _part(policy, "conditions", "users").get(f"{side}{what}")
    return [str(one) for one in found] if isinstance(found, list) else []


def excluded_guests(policy: Body) -> bool:
    """Whether guests of some sort are excluded."""
    users = _part(policy, "conditions", "users")
    return bool(users.get("excludeGuestsOrExternalUsers")) or "GuestsOrExternalUsers" in named_by(
        policy, "exclude", "Users"
    )


def _named(policies: Iterable[Body], what: str) -> Iterator[str]:
    for policy in policies:
        for side in _SIDES:
            yield from named_by(policy, side, what)


def _part(body: Body, *path: str) -> Body:
    found: Any = body
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}
