"""The sealed positions of a tenant's history, and what signs them."""

from django.db import models

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager, ScopedQuerySet
from apps.history.choices import CaptureMode, CollectionStatus
from apps.history.models.tenancy import tenant_unchecked
from apps.tenants.models import Tenant


class SigningKey(models.Model):
    """The installation's Ed25519 key that signs roots, wrapped under the installation's key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"signing key {self.id}"


class SnapshotManager(ScopedManager["Snapshot"]):
    """Snapshots within the scope, pruned ones included."""

    def kept(self) -> ScopedQuerySet["Snapshot"]:
        """Those that can be compared and recovered to: all but the pruned ones."""
        return self.get_queryset().filter(pruned__isnull=True)


class Snapshot(models.Model):
    """A sealed position in a tenant's history.

    seq: 1, 2, 3, ... for each tenant. taken_at: when reading began; sealed_at: when it was
    written. root: 32 bytes that stand for everything up to here (see chain.py); signature:
    Ed25519 over the root, by the signing key that is named. counts: changes by kind of change,
    e.g. {"created": 3}. complete: no collection was left out.
    objects_digest, links_digest: over the versions that it brought; collections_digest: over the
    completeness of its collections, null in snapshots whose root holds these themselves. 32 bytes
    each. With them the root can be recomputed when the versions are gone.
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
    objects_digest = models.BinaryField()
    links_digest = models.BinaryField()
    collections_digest = models.BinaryField(null=True)
    signature = models.BinaryField()
    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    counts = models.JSONField(default=dict)
    complete = models.BooleanField()

    objects = SnapshotManager()

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
    tenant = tenant_unchecked()
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


class ShrinkConfirmation(models.Model):
    """A person's word that what is missing from a held collection is really gone.

    The next capture that reads the collection applies as many removals as were missing then.
    """

    pk = models.CompositePrimaryKey("tenant_id", "snapshot_id", "collection")
    tenant = tenant_unchecked()
    snapshot = models.ForeignKey(
        Snapshot, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    collection = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)

    objects = ScopedManager["ShrinkConfirmation"]()

    def __str__(self) -> str:
        return f"{self.collection} confirmed"
