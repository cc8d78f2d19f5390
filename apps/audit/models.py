from typing import ClassVar

from django.db import models

from apps.audit.choices import KeyPurpose
from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager


class AuditRecord(models.Model):
    """One thing that was done. Written once; the database refuses to change or remove it.

    Records are numbered without gaps, and `digest` covers the record and the digest before it.
    What may identify a person lives in PersonalPart; `commitment` is its digest.

    via: the way it was done ("portal", "api-token hf_abc…", "job"). form: how the record is bound
    (apps.audit.chain). mac: the installation's own word for the digest, None in the first form.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=100)
    tenant_id = models.UUIDField(null=True)
    msp_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.UUIDField(null=True)
    via = models.CharField(max_length=100, blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField()
    commitment = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    form = models.SmallIntegerField(default=1)
    mac = models.BinaryField(max_length=32, null=True)

    objects = ReachedManager["AuditRecord"]()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "-number"], name="audit_by_tenant"),
            models.Index(fields=["msp_id", "-number"], name="audit_by_msp"),
            models.Index(fields=["actor_user_id", "-number"], name="audit_by_person"),
            models.Index(fields=["event", "-number"], name="audit_by_event"),
            models.Index(fields=["at"], name="audit_by_time"),
            models.Index(
                fields=["request_id"],
                condition=~models.Q(request_id=""),
                name="audit_by_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.event}"


class AuditKey(models.Model):
    """A key of the trail's own, wrapped under the installation's.

    public: the public half of a key that signs, 32 bytes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20, choices=KeyPurpose)
    wrapped = models.BinaryField()
    public = models.BinaryField(max_length=32, null=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.purpose} key {self.id}"


class PersonalPart(models.Model):
    """What a record says about persons: names, addresses, subjects, reasons, changed values.

    May be erased, and is sealed: under `key`, or where that is None under the data key of the
    record's tenant, so that a tenant whose key is destroyed is erased from the trail as well.
    salt: of the commitment to the opened content, in records of the first form alone.
    """

    record = models.OneToOneField(
        AuditRecord, on_delete=models.PROTECT, primary_key=True, related_name="personal"
    )
    salt = models.BinaryField(max_length=16, default=b"")
    sealed = models.BinaryField()
    key = models.ForeignKey(
        AuditKey, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = ReachedManager["PersonalPart"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"personal part of {self.record_id}"


class ChainHead(models.Model):
    """Where the chain ends, so that records cut off its end are missed. There is one row.

    wrapped_key: the key of the chain's macs (HMAC), under the installation's key. Whoever can
    write to the database alone cannot compute one. checkpoints: how many there are. mac: over all
    of it, None before the first record of the second form.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    checkpoints = models.IntegerField(default=0)
    mac = models.BinaryField(max_length=32, null=True)
    wrapped_key = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_one_chain_head")
        ]

    def __str__(self) -> str:
        return f"head at {self.number}"


class Checkpoint(models.Model):
    """The installation's signature under the chain as it was at one record. Written once.

    id: counts from 1 without gaps. number, digest: the record that was the last one.
    """

    id = models.IntegerField(primary_key=True)
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key = models.ForeignKey(AuditKey, on_delete=models.PROTECT, related_name="+")
    signature = models.BinaryField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"checkpoint {self.id} at {self.number}"


class Verification(models.Model):
    """How one verification of the whole trail ended. problems: sentences, without personal data."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    records = models.BigIntegerField()
    erased = models.BigIntegerField()
    number = models.BigIntegerField()
    problems = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"verification up to {self.number}"

    @property
    def intact(self) -> bool:
        return not self.problems


class RefusalWindow(models.Model):
    """How often one person was refused within a minute, so that a flood is counted, not recorded.

    who: a keyed digest of the person or network address, and of the tenant. The other fields are
    those of the record that tells the count when the minute is over.
    """

    who = models.BinaryField(max_length=32)
    minute = models.DateTimeField()
    attempts = models.IntegerField(default=1)
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.UUIDField(null=True)
    via = models.CharField(max_length=100, blank=True)
    tenant_id = models.UUIDField(null=True)
    msp_id = models.UUIDField(null=True)
    sealed = models.BinaryField()
    key_id = models.UUIDField(null=True)

    objects = ReachedManager["RefusalWindow"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["who", "minute"], name="audit_refusal_window_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempts} refusals at {self.minute}"
