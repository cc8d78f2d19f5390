"""What is derived from the log, and what reading it needs."""

from django.db import models

from apps.core.scope import ScopedManager
from apps.history.models.tenancy import tenant_unchecked


class CollectionCursor(models.Model):
    """Where the next delta read of a collection goes on; sealed, because a delta link is a key.

    taken_at: when Graph gave it; it stops working after seven days
    (https://learn.microsoft.com/graph/delta-query-overview#token-duration).
    """

    pk = models.CompositePrimaryKey("tenant_id", "collection")
    tenant = tenant_unchecked()
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
    tenant = tenant_unchecked()
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
    tenant = tenant_unchecked()
    kind = models.CharField(max_length=64)
    number = models.PositiveSmallIntegerField()
    dictionary = models.BinaryField()

    objects = ScopedManager["CompressionDictionary"]()

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
