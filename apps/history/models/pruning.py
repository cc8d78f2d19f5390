"""What was pruned from a tenant's history, and what vouches for the part that remains."""

from django.db import models

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.history.models.snapshots import SigningKey, Snapshot
from apps.tenants.models import Tenant


class Pruning(models.Model):
    """The snapshots between two kept ones were removed, and what they held was folded.

    low_seq: the kept snapshot before, 0 for none; high_seq: the kept one after. Of the versions
    after low_seq up to high_seq those remain that a kept snapshot or the difference between two
    needs (see pruning/rules.py). objects_digest, links_digest: over those that remain, 32 bytes
    each; object_versions, link_versions: how many remain. objects_removed, links_removed,
    bytes_removed: what goes. signature: Ed25519 over all of it (see chain.pruning_root), by the
    signing key that is named.

    A later pruning of a wider interval takes the place of those inside it, which stay as records.
    Written once but for finished_at: until then some of what goes may still be there.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    low_seq = models.BigIntegerField()
    high_seq = models.BigIntegerField()
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    objects_digest = models.BinaryField()
    links_digest = models.BinaryField()
    object_versions = models.BigIntegerField()
    link_versions = models.BigIntegerField()
    objects_removed = models.BigIntegerField()
    links_removed = models.BigIntegerField()
    bytes_removed = models.BigIntegerField()
    signature = models.BinaryField()
    signing_key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")

    objects = ScopedManager["Pruning"]()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["tenant", "low_seq", "high_seq"], name="pruning_once"),
        ]

    def __str__(self) -> str:
        return f"pruning between {self.low_seq} and {self.high_seq}"


class PrunedSnapshot(models.Model):
    """A snapshot that can no longer be compared or recovered to. Its own row stays, and the chain
    goes through it. pruning: the one that removed it. Inserted once, never changed.
    """

    snapshot = models.OneToOneField(
        Snapshot, models.PROTECT, primary_key=True, related_name="pruned"
    )
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    pruning = models.ForeignKey(Pruning, models.PROTECT, related_name="snapshots")

    objects = ScopedManager["PrunedSnapshot"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.snapshot_id} pruned"
