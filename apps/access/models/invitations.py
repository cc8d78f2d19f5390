from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from apps.access.models.one_side import of_one_side
from apps.access.models.people import User
from apps.core import clock
from apps.core.identifiers import new_id
from apps.core.scope import ReachedManager
from apps.tenants.choices import Cloud
from apps.tenants.models import MSP, Tenant


class Invitation(models.Model):
    """A link by which one person joins an MSP's staff or a customer's administrators, once.

    email: where the link went; for a local account also the address it is bound to. entra_cloud
    and entra_tid: the Entra tenant whose account has to sign in, empty for a local account; which
    account of that tenant is settled by the first that opens the link and signs in. roles: what
    the person gets on the MSP or tenant. digest: SHA-256 of the link's secret, which is not kept.
    onboards: made by an operator for the first person of a new MSP.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    msp = models.ForeignKey(MSP, on_delete=models.CASCADE, null=True, related_name="invitations")
    tenant = models.ForeignKey(
        Tenant, on_delete=models.CASCADE, null=True, related_name="invitations"
    )
    email = models.EmailField()
    entra_cloud = models.CharField(max_length=20, choices=Cloud, blank=True)
    entra_tid = models.UUIDField(null=True)
    roles = ArrayField(models.CharField(max_length=40), default=list)
    onboards = models.BooleanField(default=False)
    digest = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = ReachedManager["Invitation"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            of_one_side("invitation_to_one_side"),
            models.CheckConstraint(
                condition=Q(entra_cloud="", entra_tid__isnull=True)
                | (~Q(entra_cloud="") & Q(entra_tid__isnull=False)),
                name="invitation_to_a_whole_identity",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("sent_at")), name="invitation_expires"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def on(self) -> MSP | Tenant:
        """What it invites to."""
        on = self.tenant or self.msp
        assert on is not None  # noqa: S101 - the database says so too
        return on

    @property
    def is_local(self) -> bool:
        """Whether it makes an account that signs in here, not through Entra."""
        return self.entra_tid is None

    @property
    def state(self) -> str:
        """ "accepted", "revoked", "expired" or "waiting"."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "waiting" if self.expires_at > clock.now() else "expired"
