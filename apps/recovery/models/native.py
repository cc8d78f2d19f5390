"""A run that Microsoft's own engine carries out: who let it, which job it is, how far."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.scope import ScopedManager
from apps.recovery.choices import NATIVE_GOING_ON
from apps.tenants.sealed_text import SealedTextField

# Microsoft may refuse to stop a job, and then it goes on.
STOP_REFUSED = "cancel-refused"
_NOT_OVER = NATIVE_GOING_ON | {STOP_REFUSED}
_OF_ONE_JOB = (
    *("job_id", "asked_at", "status", "found", "looked_at"),
    *("objects_modified", "links_modified", "failed_changes"),
)


class NativeRun(models.Model):
    """One for each run of a plan with `native`.

    token: of the person who signed in at Microsoft, with which the job is started and may be
    stopped; forgotten when the run ends, and no good after token_ends_at. asked_at: when the job
    was about to be asked for; the answer, or a look among the tenant's jobs, then gives job_id.
    status: Microsoft's word. found: objects and links that differ, None until it has counted.
    looked_at: when Microsoft said so. stop_asked_at: when somebody cancelled the run.

    A plan may take several jobs, one after another: part is the number of the one at work (from
    0), which the fields above are about; earlier: what became of those before it, each as as_told()
    gives it.
    beside: what else is different after the run, {"count": n, "named": [{"kind", "object_id"}]}.
    """

    run = models.OneToOneField(
        "recovery.Run", on_delete=models.CASCADE, primary_key=True, related_name="native"
    )
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    token = SealedTextField()
    token_ends_at = models.DateTimeField(null=True)
    signed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    asked_at = models.DateTimeField(null=True)
    job_id = models.CharField(max_length=64, blank=True, default="")
    status = models.CharField(max_length=32, blank=True, default="")
    found = models.IntegerField(null=True)
    objects_modified = models.IntegerField(default=0)
    links_modified = models.IntegerField(default=0)
    failed_changes = models.IntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    part = models.PositiveIntegerField(default=0)
    earlier = models.JSONField(default=list)
    beside = models.JSONField(default=dict)

    objects: ClassVar[ScopedManager[NativeRun]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="native_job_was_asked_for", condition=Q(job_id="") | Q(asked_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Microsoft's part in run {self.run_id}"

    @property
    def has_token(self) -> bool:
        """Whether there is a token that is still good."""
        ends_at = self.token_ends_at
        return bool(self.token) and ends_at is not None and clock.now() < ends_at

    @property
    def waits_for_sign_in(self) -> bool:
        """Whether the run rests until somebody signs in at Microsoft."""
        return not self.job_id and not self.has_token

    @property
    def is_over(self) -> bool:
        """Whether the job at work, if there is one, has come to its end."""
        return bool(self.job_id and self.status) and self.status not in _NOT_OVER

    @property
    def may_be_stopped(self) -> bool:
        """Whether the run was cancelled and Microsoft's job goes on for want of a sign-in."""
        asked = self.stop_asked_at is not None
        return asked and bool(self.job_id) and not self.is_over and not self.has_token

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """Every job of Microsoft's so far, the newest last."""
        return [*self.earlier, *([self.as_told()] if self.job_id else [])]

    @property
    def totals(self) -> dict[str, int]:
        """What all of them wrote and could not: objects, links, failed."""
        told = self.jobs
        return {name: sum(one[name] for one in told) for name in ("objects", "links", "failed")}

    def as_told(self) -> dict[str, Any]:
        """What Microsoft said of the job at work."""
        return {
            "job_id": self.job_id,
            "status": self.status,
            "asked_at": self.asked_at.isoformat() if self.asked_at else None,
            "found": self.found,
            "objects": self.objects_modified,
            "links": self.links_modified,
            "failed": self.failed_changes,
        }

    def move_on(self) -> None:
        """Keep what became of the job that has ended, if there was one, and turn to the next."""
        if self.job_id:
            self.earlier = [*self.earlier, self.as_told()]
        self.part += 1
        self._clear()

    def start_over(self) -> None:
        """The run is tried again: from its first part, with another sign-in."""
        self.part, self.earlier = 0, []
        self._clear()

    def _clear(self) -> None:
        self.job_id, self.asked_at, self.status, self.found = "", None, "", None
        self.objects_modified = self.links_modified = self.failed_changes = 0
        self.looked_at = None
        self.save(update_fields=[*_OF_ONE_JOB, "part", "earlier"])
