"""What would be done: written once, refused by the database to be changed, used once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core import canonical, envelope
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.diffs.choices import Risk
from apps.recovery.choices import Action
from apps.tenants import keys


class Plan(models.Model):
    """The exact, ordered operations that bring the selected part of a report's changes back.

    `digest` covers everything: the plan's own fields and every step with the request it sends.
    The live state that the plan assumes is that of `report.target` (`assumed_seq`). `blockers`
    lists what stands in the way, as {"step": order, "text": words}, with "code", "choices" and
    "data" (ids) where somebody can decide about it; a plan with any cannot be requested. `risks`
    lists what could go wrong, as {"code", "level", "steps": [order], "data"}; `risk` is the highest
    of them. `undoes` is the run that this plan takes back, if any.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(
        "diffs.DifferenceReport", on_delete=models.PROTECT, related_name="plans"
    )
    base_seq = models.BigIntegerField()
    assumed_seq = models.BigIntegerField()
    selection = models.JSONField()
    # {"actions": {action: n}, "objects": n, "links": n, "requests": n}
    counts = models.JSONField()
    blockers = models.JSONField(default=list)
    risks = models.JSONField(default=list)
    # What apps.recovery.planning.estimating gives; empty in plans from before.
    estimate = models.JSONField(default=dict)
    # What apps.recovery.native.planning gives; empty where we carry the plan out ourselves.
    native = models.JSONField(default=dict)
    risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.LOW)
    undoes = models.ForeignKey(
        "recovery.Run", on_delete=models.PROTECT, related_name="undo_plans", null=True
    )
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects: ClassVar[ScopedManager[Plan]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-created_at"])]

    def __str__(self) -> str:
        return f"plan {self.id}"

    @property
    def is_blocked(self) -> bool:
        return bool(self.blockers)

    @property
    def can_be_settled(self) -> bool:
        """Whether something that blocks it can be decided, which makes another plan."""
        return any(blocker.get("choices") for blocker in self.blockers)

    @property
    def native_point_at(self) -> datetime | None:
        """When Microsoft took the snapshot to which its engine goes back; None for ours."""
        taken_at = self.native.get("taken_at")
        return datetime.fromisoformat(taken_at) if taken_at else None

    @property
    def native_filters(self) -> list[dict[str, Any]]:
        """What each of Microsoft's jobs is told, in their order."""
        only = self.native.get("filter")
        filters: list[dict[str, Any]] = self.native.get("filters", [only] if only else [])
        return filters

    @property
    def digest_hex(self) -> str:
        """The digest as people compare it: 64 hexadecimal digits."""
        return bytes(self.digest).hex()


class Step(models.Model):
    """One operation of a plan, or one thing that the plan says it will not do.

    Steps of one wave may run side by side; a wave starts when the one before it has ended. A link
    step has 1 to 20 targets, which share one request where Graph can take them together. `sealed`
    holds the requests, encrypted (see `apps.recovery.requests`); `assumes` and `wants` are digests
    of the part of the live state that the step touches, before and after.
    """

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="steps")
    order = models.IntegerField()
    wave = models.IntegerField()
    lane = models.CharField(max_length=32, blank=True, default="")
    action = models.CharField(max_length=16, choices=Action.choices)
    kind = models.CharField(max_length=64)
    object_id = models.CharField(max_length=256)
    # The object that a child belongs to (the application of a federated credential).
    parent_id = models.CharField(max_length=256, blank=True, default="")
    link = models.CharField(max_length=64, blank=True, default="")
    targets = ArrayField(models.CharField(max_length=256), default=list)
    attributes = ArrayField(models.CharField(max_length=128), default=list)
    depends_on = ArrayField(models.IntegerField(), default=list)
    # A code of apps.recovery.reasons or apps.diffs.reasons, and the object it speaks of, if any.
    reason = models.TextField()
    because_of = models.CharField(max_length=256, blank=True, default="")
    reversible = models.BooleanField()
    assumes = models.BinaryField(max_length=32, null=True)
    wants = models.BinaryField(max_length=32, null=True)
    sealed = models.BinaryField(null=True)

    objects: ClassVar[ScopedManager[Step]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "order"], name="step_order_in_plan"),
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "object_id"], name="step_object")]

    def __str__(self) -> str:
        return f"step {self.order} of plan {self.plan_id}"

    @property
    def writes(self) -> bool:
        """Whether the step sends anything."""
        return self.action not in Action.silent()

    def unseal(self) -> dict[str, Any]:
        """The requests, as they were sealed; empty for a step that sends nothing."""
        sealed = None if self.sealed is None else bytes(self.sealed)
        return opened_content(self.tenant_id, self.plan_id, self.order, sealed)


def opened_content(
    tenant_id: UUID, plan_id: UUID, order: int, sealed: bytes | None
) -> dict[str, Any]:
    """The requests of a step, from the columns of its row; empty where nothing is sealed."""
    if sealed is None:
        return {}
    bound_to = bound_to_step(tenant_id, plan_id, order)
    opened = envelope.open_sealed(keys.data_key(tenant_id), sealed, bound_to)
    content: dict[str, Any] = canonical.loads(opened)
    return content


def bound_to_step(tenant_id: UUID, plan_id: UUID, order: int) -> bytes:
    """What the sealed requests of a step are bound to."""
    return f"step:{tenant_id}:{plan_id}:{order}".encode()
