"""A mail as the MSP wants it to look that it is sent for."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formataddr, parseaddr
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage

from apps.tenants.branding.brands import Brand, brand_of


def letter(
    msp_id: UUID | None,
    subject: str,
    text: str,
    *,
    to: Sequence[str] = (),
    bcc: Sequence[str] = (),
) -> EmailMessage:
    """A mail of plain text, in the name of an MSP where it chose one.

    The address that it comes from stays the installation's: a mail server vouches for that one
    alone (RFC 7489).
    """
    brand = brand_of(msp_id)
    return EmailMessage(
        subject,
        text + _foot(brand),
        from_email=_from(brand),
        to=list(to),
        bcc=list(bcc),
        reply_to=[brand.reply_to] if brand.reply_to else None,
    )


def _from(brand: Brand) -> str:
    usual = str(settings.DEFAULT_FROM_EMAIL)
    if not brand.sender_name:
        return usual
    return formataddr((brand.sender_name, parseaddr(usual)[1]))


def _foot(brand: Brand) -> str:
    """Whom to ask, set off as signatures are (RFC 3676, section 4.3)."""
    if not brand.support_words:
        return ""
    return f"\n-- \n{brand.msp_name}, {brand.portal_name}\n{brand.support_words}\n"
