"""How an MSP shows itself to its own people and to its customers' administrators."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.core import clock
from apps.core.scope import ReachedManager
from apps.tenants.models.tenant import MSP


class Branding(models.Model):
    """What an MSP chose; whatever is empty is as Holdfast has it.

    portal_name: what the portal is called. sign_in_name: of its own sign-in page, /sign-in/NAME/.
    colour: "#1d4f91", in lower case. sender_name, reply_to: of mails. support_*: whom people ask
    for help. logo: a PNG image that we encoded ourselves, logo_width by logo_height pixels; logo_id
    is new for each and cannot be guessed, because whoever knows it may fetch the logo.
    logo_is_light: it needs something dark behind it.
    """

    msp = models.OneToOneField(
        MSP, on_delete=models.CASCADE, primary_key=True, related_name="branding"
    )
    portal_name = models.CharField(max_length=60, blank=True)
    sign_in_name = models.CharField(max_length=40, blank=True)
    colour = models.CharField(max_length=7, blank=True)
    sender_name = models.CharField(max_length=60, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    support_email = models.CharField(max_length=254, blank=True)
    support_phone = models.CharField(max_length=40, blank=True)
    support_url = models.CharField(max_length=200, blank=True)
    logo_id = models.UUIDField(null=True, unique=True)
    logo = models.BinaryField(default=bytes)
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    logo_is_light = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=clock.now)

    objects = ReachedManager["Branding"]()

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sign_in_name"],
                condition=~Q(sign_in_name=""),
                name="branding_sign_in_name_once",
            ),
            models.CheckConstraint(
                condition=Q(colour="") | Q(colour__regex=r"^#[0-9a-f]{6}$"),
                name="branding_colour_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"branding of {self.msp_id}"
