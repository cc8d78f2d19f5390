from typing import ClassVar

from django.db import models


class AuditRecord(models.Model):
    """One thing that was done. Written once; the database refuses to change or remove it.

    Records are numbered without gaps, and `digest` covers the record and the digest before it.
    What may identify a person lives in PersonalPart; `commitment` is its salted digest.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = models.CharField(max_length=100)
    tenant_id = models.UUIDField(null=True)
    msp_id = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField()
    commitment = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "-number"], name="audit_by_tenant"),
            models.Index(fields=["msp_id", "-number"], name="audit_by_msp"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.event}"


class PersonalPart(models.Model):
    """What a record says about persons: names, addresses, subjects, reasons. May be erased."""

    record = models.OneToOneField(
        AuditRecord, on_delete=models.PROTECT, primary_key=True, related_name="personal"
    )
    salt = models.BinaryField(max_length=16)
    content = models.JSONField()

    def __str__(self) -> str:
        return f"personal part of {self.record_id}"


class ChainHead(models.Model):
    """Where the chain ends, so that records cut off its end are missed. There is one row.

    wrapped_key: the key of the chain's digests (HMAC), under the installation's key. Whoever can
    write to the database alone cannot compute a digest.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    wrapped_key = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="audit_one_chain_head")
        ]

    def __str__(self) -> str:
        return f"head at {self.number}"
