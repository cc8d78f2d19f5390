"""Secrets that a run had to make up, for the one person who hands them over."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from apps.core import clock, envelope
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.tenants import keys


class HandOver(models.Model):
    """The first password of an account that was made anew, or an application's new client secret.
    Reading it once forgets it.

    sealed: under the tenant's data key; empty once it was read or its time was over.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("recovery.Run", on_delete=models.PROTECT, related_name="hand_overs")
    step = models.ForeignKey("recovery.Step", on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(default=b"")
    made_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)

    objects: ClassVar[ScopedManager[HandOver]] = ScopedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "step"], name="hand_over_of_step"),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.id}"

    def seal(self, secret: str) -> None:
        key = keys.data_key(self.tenant_id)
        self.sealed = envelope.seal(key, secret.encode(), self._bound_to())

    def unseal(self) -> str:
        key = keys.data_key(self.tenant_id)
        return envelope.open_sealed(key, bytes(self.sealed), self._bound_to()).decode()

    def _bound_to(self) -> bytes:
        return f"hand-over:{self.tenant_id}:{self.run_id}:{self.step_id}".encode()
