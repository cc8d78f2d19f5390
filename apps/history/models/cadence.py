"""When a tenant's next captures are due, and how far back its newest recovery point lies."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.tenants.models import Tenant


class Cadence(models.Model):
    """When captures of a tenant are due next, None for never; and when its retention is planned."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True, related_name="cadence")
    full_at = models.DateTimeField(null=True)
    delta_at = models.DateTimeField(null=True)
    retention_at = models.DateTimeField()

    objects = ScopedManager["Cadence"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"cadence of {self.tenant_id}"


class RecoveryPoint(models.Model):
    """The newest time to which a tenant can be taken back: when the last capture began of which no
    collection broke off. A delta capture that found nothing counts: nothing had changed.
    """

    tenant = models.OneToOneField(
        Tenant, models.CASCADE, primary_key=True, related_name="recovery_point"
    )
    reached_at = models.DateTimeField()

    objects = ScopedManager["RecoveryPoint"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"recovery point of {self.tenant_id}"


class ObjectiveGap(models.Model):
    """A time in which a tenant's recovery point was older than agreed. ended_at: None while it is.

    objective: what was agreed when it began. told: the causes that people were told of.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    objective = models.DurationField()
    told = models.JSONField(default=list)

    objects = ScopedManager["ObjectiveGap"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["tenant", "-began_at"], name="objective_gap")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(ended_at=None), name="objective_gap_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"gap of {self.tenant_id} from {self.began_at:%Y-%m-%d %H:%M} on"
