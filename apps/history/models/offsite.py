"""Where copies of bundles lie off-site, and how far each of them reaches."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.history.choices import StoreLock
from apps.tenants.models import MSP, Tenant


class OffsiteKey(models.Model):
    """What the installation's own bundles are sealed under, itself wrapped."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"off-site key {self.id}"


class OffsiteStore(models.Model):
    """A bucket, container or folder that bundles are shipped to.

    msp: whose tenants it takes; None for those of every MSP. region: it takes tenants of this
    region alone. address: where it is, without credentials (see offsite.stores). lock, lock_days:
    what is asked for each object; a store that does not give it is not written to.
    takes_installation: it also gets the installation's own bundle. sealed_credentials: JSON, sealed
    under a key of its own. protection: what the store said of itself when it was last looked at.
    told: the code of the problem that people were mailed, so that they are told once. by_msp: the
    MSP named it and not the operator, so that its endpoint is looked at each time it is opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=32)
    address = models.CharField(max_length=500)
    lock = models.CharField(max_length=12, choices=StoreLock, default=StoreLock.COMPLIANCE)
    lock_days = models.PositiveIntegerField(default=0)
    takes_installation = models.BooleanField(default=False)
    enabled = models.BooleanField(default=True)
    by_msp = models.BooleanField(default=False)
    wrapped_key = models.BinaryField()
    sealed_credentials = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)
    checked_at = models.DateTimeField(null=True)
    protection = models.CharField(max_length=200, blank=True)
    problem_code = models.CharField(max_length=100, blank=True)
    problem = models.TextField(blank=True)
    told = models.CharField(max_length=100, blank=True)

    objects = ReachedManager["OffsiteStore"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="offsite_store_name"),
            models.UniqueConstraint(fields=["address"], name="offsite_store_address"),
            models.CheckConstraint(
                condition=Q(lock=StoreLock.NONE, lock_days=0)
                | (~Q(lock=StoreLock.NONE) & Q(lock_days__gte=1)),
                name="offsite_store_lock_has_days",
            ),
            models.CheckConstraint(
                condition=Q(takes_installation=False) | Q(msp__isnull=True),
                name="offsite_store_of_msp_has_no_other",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OffsiteRegion(models.Model):
    """The region a tenant's bundles may lie in. Without a row it is the installation's own."""

    tenant = models.OneToOneField(
        Tenant, on_delete=models.PROTECT, primary_key=True, related_name="offsite_region"
    )
    region = models.CharField(max_length=32)
    chosen_at = models.DateTimeField(default=clock.now)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = ScopedManager["OffsiteRegion"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.tenant_id} in {self.region}"


class OffsiteCopy(models.Model):
    """What one store has of one tenant; tenant None: of the installation itself.

    through_seq: the newest position that is there, 0 for none. manifest: the newest complete one,
    as plain values without anything personal; manifest_name and manifest_digest: the object and
    SHA-256 of its bytes. whole_at: when everything was last shipped, not the log alone. pending:
    what is finished of a bundle that is under way, so that it goes on. read_back_at: when it was
    last read again and was as it was written. size, files: what the manifest needs, in bytes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(OffsiteStore, on_delete=models.PROTECT, related_name="copies")
    through_seq = models.BigIntegerField(default=0)
    manifest = models.JSONField(null=True)
    manifest_name = models.CharField(max_length=300, blank=True)
    manifest_digest = models.BinaryField(null=True)
    pending = models.JSONField(null=True)
    shipped_at = models.DateTimeField(null=True)
    whole_at = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)
    read_back_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    problem_code = models.CharField(max_length=100, blank=True)
    problem = models.TextField(blank=True)
    problem_since = models.DateTimeField(null=True)
    told = models.CharField(max_length=100, blank=True)

    objects = ScopedManager["OffsiteCopy"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "store"], name="offsite_copy_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"copy of {self.tenant_id or 'the installation'} in {self.store_id}"


class OffsiteKeyCopy(models.Model):
    """A wrapped data key that lies beside the bundles, under a lock of its own that is short.

    It outlives the key itself: after an erasure it says what still has to be destroyed where.
    digest: SHA-256 of the wrapped key. destroyed_at: when it was removed from the store.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(OffsiteStore, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)
    version = models.CharField(max_length=1024, blank=True)
    digest = models.BinaryField()
    put_at = models.DateTimeField(default=clock.now)
    locked_until = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    objects = ScopedManager["OffsiteKeyCopy"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class OffsiteRestoration(models.Model):
    """That this database was brought back from bundles, and how far that is.

    address, manifest: what it came from. done: names of what is restored, so that it goes on.
    report: what was found when it was finished.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    address = models.CharField(max_length=500)
    manifest = models.CharField(max_length=300)
    begun_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    done = models.JSONField(default=list)
    report = models.JSONField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"restored from {self.address}"
