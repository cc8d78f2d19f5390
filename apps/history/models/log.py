"""The append-only log: versions of objects and links, and the copied audit log."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from apps.core.scope import ScopedManager
from apps.history.choices import ObjectState
from apps.history.models.tenancy import tenant_unchecked


class ObjectVersion(models.Model):
    """The state of one object from position `seq` on.

    digest: of the normalised body, volatile properties left out. body: sealed (see bodies.py);
    null for hard-deleted objects, and for soft-deleted ones whose last body is in an older version.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "object_id", "seq")
    tenant = tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    object_id = models.CharField(max_length=256, db_collation="C")
    seq = models.IntegerField()
    state = models.CharField(max_length=12, choices=ObjectState.choices)
    digest = models.BinaryField()
    body = models.BinaryField(null=True)

    objects = ScopedManager["ObjectVersion"]()

    class Meta:
        indexes = [models.Index(fields=["tenant", "seq"], name="object_version_seq")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} at {self.seq}"


class LinkVersion(models.Model):
    """Whether one link is there from position `seq` on."""

    pk = models.CompositePrimaryKey("tenant_id", "link", "source_id", "target_id", "seq")
    tenant = tenant_unchecked()
    link = models.CharField(max_length=64, db_collation="C")
    source_id = models.CharField(max_length=256, db_collation="C")
    target_id = models.CharField(max_length=256, db_collation="C")
    seq = models.IntegerField()
    present = models.BooleanField()

    objects = ScopedManager["LinkVersion"]()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "seq"], name="link_version_seq"),
            models.Index(fields=["tenant", "target_id"], name="link_version_target"),
        ]

    def __str__(self) -> str:
        return f"{self.link} {self.source_id} {self.target_id} at {self.seq}"


class AuditEvent(models.Model):
    """A copy of one entry of the tenant's directory audit log, which Microsoft drops after 7 to 30
    days (https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention).

    body: the sealed entry. target_ids: ids of the objects it names, to find it by.
    """

    pk = models.CompositePrimaryKey("tenant_id", "event_id")
    tenant = tenant_unchecked()
    event_id = models.CharField(max_length=256, db_collation="C")
    at = models.DateTimeField()
    deletes = models.BooleanField()
    body = models.BinaryField()
    target_ids = ArrayField(models.CharField(max_length=256, db_collation="C"))

    objects = ScopedManager["AuditEvent"]()

    class Meta:
        indexes = [
            models.Index(fields=["tenant", "at"], name="audit_event_at"),
            GinIndex(fields=["target_ids"], name="audit_event_targets"),
        ]

    def __str__(self) -> str:
        return self.event_id
