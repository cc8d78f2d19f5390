"""What verifications found."""

from typing import ClassVar

from django.db import models

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.history.choices import VerificationCause
from apps.tenants.models import Tenant


class Verification(models.Model):
    """One verification of a tenant's history: what was checked and what was found. Written once.

    share: per cent of the versions that were to be read. The numbers are those of
    verification.VerificationResult. damage: the first few of each kind, as values (seq, code,
    detail); damage_in_all: how much there is. unchecked: what could not be checked, "" for nothing.
    newest_seq, newest_root: where the history ended, so that a later one notices a shortening.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=12, choices=VerificationCause.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    share = models.FloatField()
    snapshots = models.BigIntegerField()
    pruned = models.BigIntegerField()
    versions = models.BigIntegerField()
    digested = models.BigIntegerField()
    bodies = models.BigIntegerField()
    newest_seq = models.BigIntegerField()
    newest_root = models.BinaryField()
    damage = models.JSONField(default=list)
    damage_in_all = models.BigIntegerField(default=0)
    dangling = models.JSONField(default=dict)
    unchecked = models.TextField(blank=True)

    objects = ScopedManager["Verification"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["tenant", "-ended_at"], name="verification_last")]

    def __str__(self) -> str:
        return f"verification up to {self.newest_seq}"

    @property
    def is_intact(self) -> bool:
        """Nothing damaged was found, and everything that was to be checked could be."""
        return not self.damage_in_all and not self.unchecked

    @property
    def is_full(self) -> bool:
        """Whether every version was read."""
        return self.share >= 100

    @property
    def untold(self) -> int:
        """How much damage there is beyond what is kept one by one."""
        return max(0, self.damage_in_all - len(self.damage))
