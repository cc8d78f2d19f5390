"""Which object is which, where one was deleted for good and made anew with another id."""

from django.db import models

from apps.core import clock
from apps.core.scope import ScopedManager
from apps.history.models.tenancy import tenant_unchecked


class Identity(models.Model):
    """That `current` stands for what `previous` stood for. Written once.

    property: "id", or "appId" of an application. An object that was made anew twice has two rows,
    of which one goes on where the other ends. run_id: of the recovery that made it.
    """

    pk = models.CompositePrimaryKey("tenant_id", "property", "current")
    tenant = tenant_unchecked()
    kind = models.CharField(max_length=64, db_collation="C")
    property = models.CharField(max_length=16, db_collation="C")
    previous = models.CharField(max_length=256, db_collation="C")
    current = models.CharField(max_length=256, db_collation="C")
    run_id = models.UUIDField()
    joined_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager["Identity"]()

    class Meta:
        indexes = [models.Index(fields=["tenant", "run_id"], name="identity_run")]

    def __str__(self) -> str:
        return f"{self.kind} {self.previous} is {self.current}"
