"""A small tenant in memory, captured, and plans laid over it without a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from apps.core.actor import SYSTEM
from apps.history import services
from apps.history.models import Snapshot
from apps.history.selectors import latest_snapshot
from apps.recovery.choices import Action
from apps.recovery.guards import PlanLook, PlanRisk, Write, look
from apps.tenants.models import BreakGlassAccount, Tenant
from tests.history.sources import MemorySource

POLICY = "conditionalAccessPolicy"
EVERYBODY = {"includeUsers": ["All"]}
MFA = {"operator": "OR", "builtInControls": ["mfa"]}
BLOCK = {"operator": "OR", "builtInControls": ["block"]}


@dataclass
class Tenancy:
    """What is in the tenant; `capture` makes a snapshot of it, and `risks` asks the guards."""

    tenant: Tenant
    source: MemorySource = field(default_factory=MemorySource)

    def person(self, name: str, *groups: str, **body: Any) -> str:
        self.source.put("user", name, displayName=name, **{"accountEnabled": True, **body})
        for group in groups:
            self.source.link("group.members", group, name)
        return name

    def group(self, name: str, *within: str, **body: Any) -> str:
        self.source.put("group", name, displayName=name, **{"groupTypes": [], **body})
        for group in within:
            self.source.link("group.members", group, name)
        return name

    def policy(self, name: str, state: str = "enabled", **body: Any) -> str:
        self.source.put(POLICY, name, **policy_body(name, state, **body))
        return name

    def role(self, principal: str, role: str) -> None:
        self.source.put(
            "roleAssignment",
            f"{principal} has {role}",
            principalId=principal,
            roleDefinitionId=role,
            directoryScopeId="/",
        )

    def break_glass(self, *names: str) -> None:
        for name in names:
            BreakGlassAccount.objects.create(tenant=self.tenant, object_id=name)

    def capture(self) -> int:
        services.capture(
            actor=SYSTEM, tenant=self.tenant, mode="full", reason="test", source=self.source
        )
        return self.seq

    @property
    def snapshot(self) -> Snapshot:
        newest = latest_snapshot(self.tenant)
        assert newest is not None
        return newest

    @property
    def seq(self) -> int:
        return self.snapshot.seq

    def look(self, writes: Iterable[Write], people: Iterable[UUID] = ()) -> PlanLook:
        planned = tuple(writes)
        return PlanLook(self.tenant, self.seq, lambda: planned, frozenset(people))

    def risks(self, *writes: Write, people: Iterable[UUID] = ()) -> list[PlanRisk]:
        """What the guards say of these steps on the newest snapshot."""
        return look(self.look(writes, people))

    def codes(self, *writes: Write) -> dict[str, PlanRisk]:
        return {risk.code: risk for risk in self.risks(*writes)}


def policy_body(
    name: str,
    state: str = "enabled",
    *,
    users: dict[str, Any] | None = None,
    grant: dict[str, Any] | None = None,
    **conditions: Any,
) -> dict[str, Any]:
    return {
        "displayName": name,
        "state": state,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": EVERYBODY if users is None else users,
            **conditions,
        },
        "grantControls": MFA if grant is None else grant,
    }


_numbers = count(1)


def write(action: Action, kind: str, object_id: str, **body: Any) -> Write:
    """A step on an object; body: what it sends."""
    content = {"request": {"method": "PATCH", "path": "", "body": body}}
    return Write(next(_numbers), action, kind, object_id, "", (), tuple(body), lambda: content)


def update(kind: str, object_id: str, **body: Any) -> Write:
    return write(Action.UPDATE, kind, object_id, **body)


def create(kind: str, object_id: str, **body: Any) -> Write:
    return write(Action.CREATE, kind, object_id, **body)


def remove(kind: str, object_id: str) -> Write:
    return write(Action.SOFT_DELETE, kind, object_id)


def undelete(kind: str, object_id: str) -> Write:
    return write(Action.UNDELETE, kind, object_id)


def add_links(link: str, source: str, *targets: str) -> Write:
    kind = link.partition(".")[0]
    return Write(next(_numbers), Action.LINK_ADD, kind, source, link, targets, (), dict)


def remove_link(link: str, source: str, target: str) -> Write:
    kind = link.partition(".")[0]
    return Write(next(_numbers), Action.LINK_REMOVE, kind, source, link, (target,), (), dict)
