from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.access.models.people import User
from apps.core import clock
from apps.core.identifiers import new_id


class ApiToken(models.Model):
    """A key with which a program acts for one person, within limits, for a time.

    The secret itself is not kept. prefix: its first eleven characters, to recognise it by. digest:
    its SHA-256. tenant_ids: the tenants it is limited to, None for all that its owner has; ids and
    no foreign keys, because it never opens more than the owner's own roles do at that moment.
    rights: names of apps.access.roles, no more than tokens may have at all. networks: the address
    ranges it may be used from (CIDR), empty for anywhere. refused_at: when it was last turned away
    although the secret was right.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=11)
    digest = models.BinaryField(max_length=32, unique=True)
    tenant_ids = ArrayField(models.UUIDField(), null=True)
    rights = ArrayField(models.CharField(max_length=40))
    networks = ArrayField(models.CharField(max_length=43), default=list)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.GenericIPAddressField(null=True)
    refused_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at"], name="api_token_by_owner"),
            models.Index(
                fields=["expires_at"],
                condition=Q(revoked_at__isnull=True, reminded_at__isnull=True),
                name="api_token_to_remind_of",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="api_token_expires"
            ),
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def state(self) -> str:
        """ "active", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.expires_at > clock.now() else "expired"
