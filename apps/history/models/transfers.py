"""What leaves a tenant's history as files, and what comes into it from files."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.history.choices import ExportForm, ImportState, TransferState
from apps.history.models.snapshots import Snapshot
from apps.tenants.models import Tenant
from apps.tenants.sealed_text import SealedTextField


class KeptFile(models.Model):
    """A file of a tenant's, sealed under its key in parts, so that every host can read it.

    size: bytes of the file itself; sha256: of the file itself. expires_at: when its parts go, None
    for one that stays as long as what refers to it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    size = models.BigIntegerField(default=0)
    sha256 = models.BinaryField(default=bytes)
    expires_at = models.DateTimeField(null=True, db_index=True)

    objects = ScopedManager["KeptFile"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"file {self.id}"


class KeptFilePart(models.Model):
    """One part of a kept file. number: 0, 1, 2, ... data: sealed, bound to file and number."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(KeptFile, models.CASCADE, related_name="parts", db_index=False)
    number = models.IntegerField()
    data = models.BinaryField()

    objects = ScopedManager["KeptFilePart"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "number"], name="kept_file_part_once"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.file_id}"


class Export(models.Model):
    """That somebody took data of a tenant's snapshot out, or is about to.

    kind, object_id: what was asked for; empty for everything. form: ExportForm. objects, links:
    how many it holds. file: where it waits to be downloaded; None for one that was handed out at
    once, and once it has expired. failure: why there is none, in words.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    snapshot_id = models.UUIDField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=256, blank=True)
    form = models.CharField(max_length=8, choices=ExportForm.choices)
    state = models.CharField(
        max_length=12, choices=TransferState.choices, default=TransferState.WAITING
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField(default=clock.now)
    job_id = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    objects_count = models.BigIntegerField(default=0)
    links_count = models.BigIntegerField(default=0)
    file = models.ForeignKey(KeptFile, models.SET_NULL, related_name="+", null=True)
    expires_at = models.DateTimeField(null=True)
    downloads = models.IntegerField(default=0)
    failure = models.TextField(blank=True)

    objects = ScopedManager["Export"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-requested_at"], name="export_of_tenant"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(object_id="") | ~Q(kind=""), name="export_object_has_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"export {self.id}"


class SnapshotImport(models.Model):
    """That somebody brought files of another tool in as a snapshot, or is about to.

    stated_at: the time of the files' making, as the person says. snapshot: what became of them.
    upload: the ZIP file that waits to be read. report: JSON Lines, what became of each file.
    whole_kinds: the kinds that the files hold wholly; of any other kind nothing follows from an
    object's absence. summary: numbers alone, for people to read at a glance.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=ImportState.choices, default=ImportState.WAITING
    )
    stated_at = models.DateTimeField()
    reason = SealedTextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True
    )
    requested_at = models.DateTimeField(default=clock.now)
    job_id = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+", null=True)
    whole_kinds = ArrayField(models.CharField(max_length=64), default=list)
    summary = models.JSONField(default=dict)
    upload = models.ForeignKey(KeptFile, models.SET_NULL, related_name="+", null=True)
    report = models.ForeignKey(KeptFile, models.SET_NULL, related_name="+", null=True)
    failure = models.TextField(blank=True)

    objects = ScopedManager["SnapshotImport"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-requested_at"], name="import_of_tenant"),
        ]

    def __str__(self) -> str:
        return f"import {self.id}"
