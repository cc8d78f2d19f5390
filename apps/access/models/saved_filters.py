from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.access.models.people import Membership
from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager


class SavedFilter(models.Model):
    """What somebody narrows the list of tenants to, under a name: his own, or his MSP's.

    It goes with the membership that he saved it in. wanted: {"text", "tags", "need"}, as plain
    values. shared: all of the MSP's staff have it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=60)
    wanted = models.JSONField()
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["SavedFilter"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("membership", Lower("name"), name="saved_filter_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_named"),
        ]

    def __str__(self) -> str:
        return self.name
