from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Greatest

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.jobs.choices import UNFINISHED, JobState
from apps.tenants.models import Tenant

# When anything about a job was written last: made, begun, how far it is, stopped, ended.
MOVED_AT = Greatest(
    "created_at", "started_at", "heartbeat_at", "cancel_requested_at", "finished_at"
)


class Job(models.Model):
    """One piece of work outside a request. This row is the truth; the queue carries only its id.

    args: ids and plain values, never personal data. claim: changes with every attempt, so that a
    worker that was given up for dead can change nothing any more. once_key: while a job with a
    key is unfinished, no second one with the same key is made. actor_token_id: of the API token
    that asked for it, whose limits hold in it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, null=True, related_name="jobs")
    args = models.JSONField(default=dict)
    once_key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - NULLs never collide
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.UUIDField(null=True)
    actor_os_user = models.CharField(max_length=100, blank=True)
    actor_token_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    urgent = models.BooleanField(default=False)

    state = models.CharField(max_length=20, choices=JobState, default=JobState.QUEUED)
    created_at = models.DateTimeField(default=clock.now)
    run_after = models.DateTimeField(default=clock.now)
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    claim = models.UUIDField(null=True)
    worker = models.CharField(max_length=200, blank=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    progress_text = models.CharField(max_length=300, blank=True)
    result = models.JSONField(null=True)
    error_code = models.CharField(max_length=100, blank=True)
    error_text = models.TextField(blank=True)

    objects = ScopedManager["Job"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-created_at"], name="job_by_tenant"),
            models.Index(
                fields=["run_after"], condition=Q(state=JobState.QUEUED), name="job_queued"
            ),
            models.Index(
                fields=["heartbeat_at"], condition=Q(state=JobState.RUNNING), name="job_running"
            ),
            models.Index(MOVED_AT, name="job_moved"),
            models.Index(
                fields=["finished_at"], condition=Q(state=JobState.FAILED), name="job_failed"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["once_key"], condition=Q(state__in=UNFINISHED), name="job_once"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | Q(claim__isnull=False),
                name="job_running_is_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def rate(self) -> float | None:
        """Units of progress a second in this attempt, None before there is something to divide."""
        if self.started_at is None or not self.progress_done:
            return None
        until = self.finished_at or self.heartbeat_at or clock.now()
        seconds = (until - self.started_at).total_seconds()
        return self.progress_done / seconds if seconds > 0 else None

    @property
    def time_left(self) -> timedelta | None:
        """What the job still needs at the rate it has had, None when that cannot be said."""
        rate = self.rate
        if self.state != JobState.RUNNING or rate is None or self.progress_total is None:
            return None
        return timedelta(seconds=max(0, self.progress_total - self.progress_done) / rate)


class Pause(models.Model):
    """While the one row is there, no worker begins a job: a person has to say that they may.

    reason: a sentence for people.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=300)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="jobs_one_pause")]

    def __str__(self) -> str:
        return self.reason
