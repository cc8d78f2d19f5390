from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from apps.access.models.people import Membership
from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager
from apps.tenants.models import MSP, Tag


class AccessGroup(models.Model):
    """People of an MSP's staff who have the same roles on the same tenants.

    roles: names of apps.access.roles. covers_all: on every tenant of the MSP, those added later
    included; otherwise on the tenants that carry any of the group's tags. Nothing is copied from
    here: a change of members, roles, coverage or tags counts from the next question on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, related_name="access_groups")
    name = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    covers_all = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["AccessGroup"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint("msp", Lower("name"), name="access_group_once"),
            models.UniqueConstraint(fields=["id", "msp"], name="access_group_with_msp"),
            models.CheckConstraint(condition=~Q(name=""), name="access_group_named"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """That somebody of the MSP's staff is in a group; who leaves the MSP leaves its groups."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="members")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="groups")
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, related_name="+")

    objects = ReachedManager["GroupMember"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "membership"], name="group_member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.group_id}"


class GroupTag(models.Model):
    """That a group covers the tenants that carry a tag."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(AccessGroup, on_delete=models.CASCADE, related_name="group_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="group_tags")
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, related_name="+")

    objects = ReachedManager["GroupTag"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "tag"], name="group_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} covers {self.tag_id}"
