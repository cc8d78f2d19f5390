"""A tenant's history: an append-only log of versions, the snapshots in it, and what is derived.

Snapshot, SnapshotCollection, ObjectVersion, LinkVersion and AuditEvent are written once; PostgreSQL
refuses to change them (migration 0002). ObjectHead and LinkHead repeat the newest version of each
thing so that a capture can compare against them; they can be rebuilt from the log.

Every row names its tenant, and every key starts with it. Foreign keys to the tenant are checked
where rows are few (Snapshot); versions are tied to their snapshot, and so to its tenant, by a
trigger that runs once for each statement: a check for each of 100,000 rows would cost more than
all the rest of the writing.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.history.choices import CaptureMode, CollectionStatus, ObjectState
from apps.tenants.models import Tenant


def _tenant_unchecked() -> Any:
    return models.ForeignKey(
        Tenant, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class SigningKey(models.Model):
    """The installation's Ed25519 key that signs roots, wrapped under the installation's key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"signing key {self.id}"


class Snapshot(models.Model):
    """A sealed position in a tenant's history.

    seq: 1, 2, 3, ... for each tenant. taken_at: when reading began; sealed_at: when it was
    written. root: 32 bytes that stand for everything up to here (see chain.py); signature:
    Ed25519 over the root, by the signing key that is named. counts: changes by kind of change,
    e.g. {"created": 3}. complete: no collection was left out.
    written_in: the transaction that wrote it, set by the database, which takes no versions for
    this position from any other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="snapshots")
    seq = models.BigIntegerField()
    mode = models.CharField(max_length=8, choices=CaptureMode.choices)
    reason = models.CharField(max_length=200, blank=True)
    taken_at = models.DateTimeField()
    sealed_at = models.DateTimeField()
    root = models.BinaryField()
    previous_root = models.BinaryField()
    signature = models.BinaryField()
    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)
    complete = models.BooleanField()

    objects = ScopedManager["Snapshot"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "seq"], name="snapshot_seq"),
            # What SnapshotCollection's composite key refers to.
            models.UniqueConstraint(fields=["tenant", "id"], name="snapshot_tenant_id"),
        ]

    def __str__(self) -> str:
        return f"snapshot {self.seq}"


class SnapshotCollection(models.Model):
    """How complete one collection (a kind, or the directory audit log) is in a snapshot.

    read_at: when it was last read in full or by delta; before the snapshot's own time when a
    delta capture carried it over unread. count: objects present, of the audit log
    all copied entries. detail: why it is not complete, or what a permission kept back leaves out.
    missing: for a held one, how many were not named, by "objects" or link name.
    """

    pk = models.CompositePrimaryKey("tenant_id", "snapshot_id", "collection")
    tenant = _tenant_unchecked()
    snapshot = models.ForeignKey(
        Snapshot,
        models.DO_NOTHING,
        related_name="collections",
        db_index=False,
        db_constraint=False,
    )
    collection = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=CollectionStatus.choices)
    count = models.BigIntegerField()
    detail = models.TextField(blank=True)
    missing = models.JSONField(default=dict)
    read_at = models.DateTimeField()

    objects = ScopedManager["SnapshotCollection"]()

    def __str__(self) -> str:
        return f"{self.collection}: {self.status}"


class ObjectVersion(models.Model):
    """The state of one object from position `seq` on.

    digest: of the normalised body, volatile properties left out. body: sealed (see bodies.py);
    null for hard-deleted objects, and for soft-deleted ones whose last body is in an older version.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "object_id", "seq")
    tenant = _tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    object_id = models.CharField(max_length=256, db_collation="C")
    seq = models.BigIntegerField()
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
    tenant = _tenant_unchecked()
    link = models.CharField(max_length=64, db_collation="C")
    source_id = models.CharField(max_length=256, db_collation="C")
    target_id = models.CharField(max_length=256, db_collation="C")
    seq = models.BigIntegerField()
    present = models.BooleanField()

    objects = ScopedManager["LinkVersion"]()

    class Meta:
        indexes = [models.Index(fields=["tenant", "seq"], name="link_version_seq")]

    def __str__(self) -> str:
        return f"{self.link} {self.source_id} {self.target_id} at {self.seq}"


class ObjectHead(models.Model):
    """The newest version of one object, without its body. Derived."""

    pk = models.CompositePrimaryKey("tenant_id", "kind", "object_id")
    tenant = _tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    object_id = models.CharField(max_length=256, db_collation="C")
    seq = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=ObjectState.choices)
    digest = models.BinaryField()

    objects = ScopedManager["ObjectHead"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class LinkHead(models.Model):
    """The newest version of one link. Derived."""

    pk = models.CompositePrimaryKey("tenant_id", "link", "source_id", "target_id")
    tenant = _tenant_unchecked()
    link = models.CharField(max_length=64, db_collation="C")
    source_id = models.CharField(max_length=256, db_collation="C")
    target_id = models.CharField(max_length=256, db_collation="C")
    seq = models.BigIntegerField()
    present = models.BooleanField()

    objects = ScopedManager["LinkHead"]()

    class Meta:
        indexes = [models.Index(fields=["tenant", "target_id"], name="link_head_target")]

    def __str__(self) -> str:
        return f"{self.link} {self.source_id} {self.target_id}"


class CollectionCursor(models.Model):
    """Where the next delta read of a collection goes on; sealed, because a delta link is a key.

    taken_at: when Graph gave it; it stops working after seven days
    (https://learn.microsoft.com/graph/delta-query-overview#token-duration).
    """

    pk = models.CompositePrimaryKey("tenant_id", "collection")
    tenant = _tenant_unchecked()
    collection = models.CharField(max_length=64)
    cursor = models.BinaryField()
    taken_at = models.DateTimeField()

    objects = ScopedManager["CollectionCursor"]()

    def __str__(self) -> str:
        return self.collection


class ApartReading(models.Model):
    """When that was asked for which Graph gives apart from an object, and what it was. Derived:
    the bodies hold it too.

    due: the directory audit log tells of a change since. answer: the sealed values by name; empty
    when Graph had none.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "object_id")
    tenant = _tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    object_id = models.CharField(max_length=256, db_collation="C")
    asked_at = models.DateTimeField()
    due = models.BooleanField(default=False)
    answer = models.BinaryField()

    objects = ScopedManager["ApartReading"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class CompressionDictionary(models.Model):
    """A zstd dictionary trained on one tenant's objects of one kind; sealed, it holds samples.

    number: 1, 2, ... for each tenant and kind; every body names the one it needs (0: none).
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "number")
    tenant = _tenant_unchecked()
    kind = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()
    dictionary = models.BinaryField()

    objects = ScopedManager["CompressionDictionary"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class AuditEvent(models.Model):
    """A copy of one entry of the tenant's directory audit log, which Microsoft drops after 7 to 30
    days (https://learn.microsoft.com/entra/identity/monitoring-health/reference-reports-data-retention).

    body: the sealed entry. target_ids: ids of the objects it names, to find it by.
    """

    pk = models.CompositePrimaryKey("tenant_id", "event_id")
    tenant = _tenant_unchecked()
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


class ShrinkConfirmation(models.Model):
    """A person's word that what is missing from a held collection is really gone.

    The next capture that reads the collection applies as many removals as were missing then.
    """

    pk = models.CompositePrimaryKey("tenant_id", "snapshot_id", "collection")
    tenant = _tenant_unchecked()
    snapshot = models.ForeignKey(
        Snapshot, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    collection = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)

    objects = ScopedManager["ShrinkConfirmation"]()

    def __str__(self) -> str:
        return f"{self.collection} confirmed"
