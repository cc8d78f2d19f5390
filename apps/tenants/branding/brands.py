"""An MSP's branding as pages, mails and documents take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.cache import caches

from apps.core.scope import no_scope
from apps.tenants.models import MSP, Branding

PORTAL: Final = "Holdfast"


@dataclass(frozen=True, slots=True)
class Brand:
    """portal_name: what the portal is called, never empty. msp_name: whose it is, "" for Holdfast's
    own. colour: "#1d4f91", or "" for ours. Without a logo logo_id is None.
    """

    portal_name: str = PORTAL
    msp_name: str = ""
    colour: str = ""
    sender_name: str = ""
    reply_to: str = ""
    support_email: str = ""
    support_phone: str = ""
    support_url: str = ""
    logo_id: UUID | None = None
    logo_width: int = 0
    logo_height: int = 0
    logo_is_light: bool = False

    @property
    def hexadecimal(self) -> str:
        """The colour without its sign, as the address of its stylesheet has it."""
        return self.colour.removeprefix("#")

    @property
    def support_words(self) -> str:
        """Whom people ask for help, in a line; empty where the MSP says nothing."""
        said = (self.support_email, self.support_phone, self.support_url)
        return ", ".join(one for one in said if one)


NO_BRAND: Final = Brand()


def brand_of(msp_id: UUID | None) -> Brand:
    """The brand of an MSP, for what is shown to its people and its customers'. One query.

    Whose it may be shown to, the caller knows.
    """
    if msp_id is None:
        return NO_BRAND
    with no_scope("what an MSP's mails, documents and pages look like"):
        return branded(MSP.objects.select_related("branding").filter(pk=msp_id).first())


def brand_shown_of(msp_id: UUID) -> Brand:
    """The same for pages: at most settings.HOLDFAST_BRANDING_SECONDS old, and hardly ever asked for
    where an MSP's people look at page after page."""
    seconds = settings.HOLDFAST_BRANDING_SECONDS
    found = caches["process"].get_or_set(_key(msp_id), lambda: brand_of(msp_id), seconds)
    return found if isinstance(found, Brand) else brand_of(msp_id)


def forget_shown(msp_id: UUID) -> None:
    """Have this process show what was chosen just now; others do within those seconds."""
    caches["process"].delete(_key(msp_id))


def _key(msp_id: UUID) -> str:
    return f"brand:{msp_id}"


def branded(msp: MSP | None) -> Brand:
    """The brand of an MSP that was read with its branding."""
    if msp is None:
        return NO_BRAND
    row: Branding | None = getattr(msp, "branding", None)
    if row is None:
        return Brand(msp_name=msp.name)
    return shown(row, msp.name)


def shown(row: Branding, msp_name: str) -> Brand:
    """The brand of a row, stored or not."""
    return Brand(
        portal_name=row.portal_name or PORTAL,
        msp_name=msp_name,
        colour=row.colour,
        sender_name=row.sender_name,
        reply_to=row.reply_to,
        support_email=row.support_email,
        support_phone=row.support_phone,
        support_url=row.support_url,
        logo_id=row.logo_id,
        logo_width=row.logo_width,
        logo_height=row.logo_height,
        logo_is_light=row.logo_is_light,
    )


def logo_file(logo_id: UUID) -> bytes | None:
    """The PNG file of a logo, for whoever knows its id; None when there is none any more."""
    with no_scope("a logo is seen before anybody signed in; its id cannot be guessed"):
        found = Branding.objects.filter(logo_id=logo_id).values_list("logo", flat=True).first()
    return bytes(found) if found is not None else None


def msp_by_sign_in_name(name: str) -> UUID | None:
    """The MSP whose own sign-in page has this name; None for a name that nobody chose."""
    if not name:
        return None
    with no_scope("a sign-in page is opened by somebody who is not known yet"):
        found = Branding.objects.filter(sign_in_name=name)
        return found.values_list("msp_id", flat=True).first()
