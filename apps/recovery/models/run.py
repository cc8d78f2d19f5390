"""The execution of an approved plan: one row per run, one result per step or link, one journal."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.recovery.choices import JournalEvent, ResultState, RunState


class Run(models.Model):
    """One recovery. `counts` is {"objects": n, "links": n, "failures": n, "unverified": n,
    "not_recoverable": n}; `lanes` is {lane: {"done": n, "total": n, "per_second": x}}.

    `came_back` is {"count": n, "named": [{"kind", "object_id", "owner_id"}]}: what came back with
    undeleted objects though the snapshot does not have it. `differs` is what was not as the plan
    assumed when the run was stopped for that: {"count": n, "named": [{"step", "kind", "object_id",
    "link", "target_id", "attributes": [name]}]}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    request = models.OneToOneField(
        "recovery.RecoveryRequest", on_delete=models.PROTECT, related_name="run"
    )
    job_id = models.UUIDField(null=True)
    state = models.CharField(max_length=24, choices=RunState.choices, default=RunState.QUEUED)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    safety_snapshot = models.ForeignKey(
        "history.Snapshot", on_delete=models.PROTECT, related_name="+", null=True
    )
    counts = models.JSONField(default=dict)
    lanes = models.JSONField(default=dict)
    failure = models.TextField(blank=True, default="")
    came_back = models.JSONField(default=dict)
    differs = models.JSONField(default=dict)
    # Goes up when what failed is tried again under the same approval.
    attempt = models.PositiveSmallIntegerField(default=1)
    # Asked for and not come to yet; since when it rests; who asked.
    pause_asked_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects: ClassVar[ScopedManager[Run]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-queued_at"])]

    def __str__(self) -> str:
        return f"run {self.id}"

    @property
    def is_finished(self) -> bool:
        return self.state not in RunState.unfinished()


class StepResult(models.Model):
    """How far one step is; of a link step one row per link (`target_id`)."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="results")
    step = models.ForeignKey("recovery.Step", on_delete=models.PROTECT, related_name="results")
    target_id = models.CharField(max_length=256, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=ResultState.choices, default=ResultState.PENDING
    )
    # A code of apps.recovery.reasons, or Graph's own error code.
    reason = models.CharField(max_length=128, blank=True, default="")
    # What Graph said, in its words, without personal data; see apps.recovery.outcomes.
    detail = models.TextField(blank=True, default="")
    attempts = models.IntegerField(default=0)
    written_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[StepResult]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "step", "target_id"], name="result_of_step"),
        ]
        indexes: ClassVar = [models.Index(fields=["run", "state"], name="result_state")]

    def __str__(self) -> str:
        return f"result of step {self.step_id}"


class JournalEntry(models.Model):
    """What a run was about to do and what came of it. Rows are only ever added."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    result = models.ForeignKey(StepResult, on_delete=models.PROTECT, related_name="journal")
    at = models.DateTimeField(db_default=Now())
    event = models.CharField(max_length=16, choices=JournalEvent.choices)
    attempt = models.IntegerField()
    # HTTP status and error code of the answer; 0 and empty when there was none.
    status = models.IntegerField(default=0)
    code = models.CharField(max_length=128, blank=True, default="")

    objects: ClassVar[ScopedManager[JournalEntry]] = ScopedManager()

    class Meta:
        verbose_name_plural = "journal entries"

    def __str__(self) -> str:
        return f"{self.event} of result {self.result_id}"
