from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager, ScopedManager
from apps.offboarding.choices import OPEN, HandoverState, OffboardingState
from apps.tenants.models import MSP, Tenant


class Offboarding(models.Model):
    """A customer on the way out. It is on hold from the first word; a second person agrees.

    erase_after: when the erasure is due; until then anybody who may ask for it can cancel it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=OffboardingState, default=OffboardingState.HELD)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(default=clock.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    agreed_at = models.DateTimeField(null=True)
    erase_after = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager["Offboarding"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(state__in=OPEN), name="offboarding_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(OffboardingState.AGREED, OffboardingState.ERASED))
                | (
                    Q(agreed_by__isnull=False, erase_after__isnull=False)
                    & ~Q(agreed_by=F("requested_by"))
                ),
                name="erasure_agreed_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"offboarding of {self.tenant_id}"


class ErasureCertificate(models.Model):
    """What was erased, signed by the installation. Written once; the MSP keeps a copy.

    content: canonical JSON. signature: Ed25519 over it, by the audit trail's signing key, whose
    public half (32 bytes) stands beside it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.PROTECT, related_name="+")
    erased_tenant_id = models.UUIDField(unique=True)
    issued_at = models.DateTimeField(default=clock.now)
    content = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    public_key = models.BinaryField(max_length=32)

    objects = ReachedManager["ErasureCertificate"]()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"certificate of {self.erased_tenant_id}"


class Handover(models.Model):
    """A customer that its MSP offers to another. Whoever of the other MSP has the code takes it.

    code_digest: SHA-256 of the code, which is shown once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(MSP, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey(MSP, on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=12, choices=HandoverState, default=HandoverState.OFFERED)
    code_digest = models.BinaryField(max_length=32, unique=True)
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    offered_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    ended_at = models.DateTimeField(null=True)

    objects = ScopedManager["Handover"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(state=HandoverState.OFFERED),
                name="handover_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=HandoverState.ACCEPTED)
                | (
                    Q(taker__isnull=False, accepted_by__isnull=False)
                    & ~Q(taker=F("giver"))
                    & ~Q(accepted_by=F("offered_by"))
                ),
                name="handover_has_two_sides",
            ),
        ]

    def __str__(self) -> str:
        return f"handover of {self.tenant_id}"
