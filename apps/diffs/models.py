"""Difference reports: what was compared, and one row per change.

No attribute values are kept here: the rows name attributes and the ends of links, and the values
are read from the tenant's history when they are shown.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.diffs import choices
from apps.diffs.changes import Scope
from apps.history.models.tenancy import tenant_unchecked


class DifferenceReport(models.Model):
    """Snapshot `base` against snapshot `target`.

    With `against_now` the target is captured by the report's own job and empty until then. Static
    once complete. `counts` is {"objects": {change type: n}, "links": {...}, "recoverable": {...},
    "risk": {...}}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey("history.Snapshot", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(
        "history.Snapshot", on_delete=models.PROTECT, related_name="+", null=True
    )
    against_now = models.BooleanField(default=False)
    scope = models.JSONField(default=dict)
    state = models.CharField(
        max_length=16, choices=choices.ReportState.choices, default=choices.ReportState.WAITING
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    finished_at = models.DateTimeField(null=True)
    job_id = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    failure = models.TextField(blank=True, default="")

    objects: ClassVar[ScopedManager[DifferenceReport]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-created_at"])]

    def __str__(self) -> str:
        return f"difference report {self.id}"

    @property
    def compared(self) -> Scope:
        """The part of the tenant that the report is about."""
        return Scope.from_json(self.scope)

    @property
    def is_finished(self) -> bool:
        return self.state not in choices.ReportState.unfinished()


class ReportChange(models.Model):
    """One change of a report. `position` (from 1) is its place and the key for paging."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(DifferenceReport, on_delete=models.CASCADE, related_name="changes")
    position = models.IntegerField()
    subject = models.CharField(max_length=8, choices=choices.Subject.choices)
    change = models.CharField(max_length=16, choices=choices.ChangeType.choices)
    kind = models.CharField(max_length=64)
    object_id = models.CharField(max_length=256)
    link = models.CharField(max_length=64, blank=True, default="")
    target_id = models.CharField(max_length=256, blank=True, default="")
    # The deleted object with which an object that has no bin of its own comes back.
    returns_with = models.CharField(max_length=256, blank=True, default="")
    attributes = ArrayField(models.CharField(max_length=128), default=list)
    lost_attributes = ArrayField(models.CharField(max_length=128), default=list)
    recoverable = models.CharField(max_length=16, choices=choices.Recoverable.choices)
    # A code of apps.diffs.reasons, or the sentence that the catalogue gives.
    reason = models.TextField(blank=True, default="")
    native = models.CharField(max_length=8, choices=choices.Native.choices)
    risk = models.CharField(max_length=8, choices=choices.Risk.choices)
    changed_by = models.CharField(max_length=16, choices=choices.ChangedBy.choices)
    # Directory ids of who did it and of the copied audit event that says so; names stay there.
    actor_id = models.CharField(max_length=256, blank=True, default="")
    event_id = models.CharField(max_length=256, blank=True, default="")
    changed_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[ReportChange]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "position"], name="report_change_position"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["report", "kind", "object_id"], name="report_change_object"),
        ]

    def __str__(self) -> str:
        return f"change {self.position} of report {self.report_id}"


class ChangeVolume(models.Model):
    """How many changes of each risk a snapshot brought, against the kept one before it.

    Derived from the log, and kept when the snapshot is pruned: it tells when much was changed.
    All are 0 for a tenant's first reading, in which everything is new and nothing was changed.
    taken_at: the snapshot's.
    """

    pk = models.CompositePrimaryKey("tenant_id", "seq")
    tenant = tenant_unchecked()
    seq = models.BigIntegerField()
    taken_at = models.DateTimeField()
    low = models.IntegerField(default=0)
    medium = models.IntegerField(default=0)
    high = models.IntegerField(default=0)

    objects: ClassVar[ScopedManager[ChangeVolume]] = ScopedManager()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["taken_at"], name="change_volume_lately")]

    def __str__(self) -> str:
        return f"changes of snapshot {self.seq}"
