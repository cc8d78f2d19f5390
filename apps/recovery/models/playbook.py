"""What an MSP saved to bring back again and again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager
from apps.tenants.models import MSP


class Playbook(models.Model):
    """A named filter of an MSP's, for all of its tenants.

    filter: apps.recovery.playbooks.filters.Filter, as plain values and without objects. A plan
    keeps its own copy of it: changing a playbook changes no plan.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, models.PROTECT, related_name="playbooks")
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=400, blank=True, default="")
    filter = models.JSONField()
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects = ReachedManager["Playbook"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["msp", "name"], name="playbook_name"),
        ]

    def __str__(self) -> str:
        return self.name
