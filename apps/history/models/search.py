"""The index that objects are searched by. Derived: `manage.py reindex` makes it anew."""

from django.db import models

from apps.core.scope import ScopedManager
from apps.history.models.tenancy import tenant_unchecked
from apps.tenants.models import Tenant


class SearchIndex(models.Model):
    """How far a tenant's index reaches. seq: the newest position it knows. pruned: how many of
    the snapshots up to there were pruned when what only they knew was taken out of it."""

    tenant = models.OneToOneField(
        Tenant, models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )
    seq = models.BigIntegerField(default=0)
    pruned = models.BigIntegerField(default=0)

    objects = ScopedManager["SearchIndex"]()

    def __str__(self) -> str:
        return f"index up to {self.seq}"


class SearchLeaf(models.Model):
    """A part of the index: the objects of a kind from first_id up to the next leaf's.

    content: sealed lines, one for each object, compressed (see history.search.entries). bitmap: the
    sealed bitmap that says what can be in them (see history.search.tokens), empty where slices do.
    entries: how many. number: 0, 1, ... among the leaves of the kind; its bit in the slices.
    """

    pk = models.CompositePrimaryKey("tenant_id", "kind", "first_id")
    tenant = tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    first_id = models.CharField(max_length=256, db_collation="C")
    entries = models.IntegerField()
    number = models.IntegerField(default=0)
    bitmap = models.BinaryField()
    content = models.BinaryField()

    objects = ScopedManager["SearchLeaf"]()

    def __str__(self) -> str:
        return f"{self.kind} from {self.first_id}"


class SearchSlice(models.Model):
    """Of a kind with many leaves, which of them have certain tokens (see history.search.slices)."""

    pk = models.CompositePrimaryKey("tenant_id", "kind", "number")
    tenant = tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    number = models.IntegerField()
    content = models.BinaryField()

    objects = ScopedManager["SearchSlice"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
