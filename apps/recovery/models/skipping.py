"""Steps that a person left out of a run before their turn came."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.tenants.sealed_text import SealedTextField


class SkippedStep(models.Model):
    """Written once: who left which step out, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("recovery.Run", on_delete=models.PROTECT, related_name="skipped")
    step = models.ForeignKey("recovery.Step", on_delete=models.PROTECT, related_name="+")
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    skipped_at = models.DateTimeField()
    reason = SealedTextField()

    objects: ClassVar[ScopedManager[SkippedStep]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "step"], name="step_skipped_once"),
        ]

    def __str__(self) -> str:
        return f"step {self.step_id} left out of run {self.run_id}"
