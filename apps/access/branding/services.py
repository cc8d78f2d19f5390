"""Changing an MSP's branding. Needs the right to manage the whole MSP."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Final
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction

from apps.access import rights
from apps.access.branding.selectors import branding_of
from apps.access.services.acting import acting
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.tenants.branding import colours
from apps.tenants.branding.brands import forget_shown
from apps.tenants.branding.logos import read_logo
from apps.tenants.models import MSP, Branding

_SIGN_IN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])\Z")
_PHONE = re.compile(r"[0-9+()/. -]{3,40}\Z")
# What would let a name pass for an address, or break out of a header.
_NOT_IN_NAMES: Final = frozenset('@<>"\\,;:')
_LONGEST_NAME: Final = 60
_secure_url = URLValidator(schemes=["https"])


@dataclass(frozen=True, slots=True)
class Look:
    """What an MSP can choose beside its logo (apps.tenants.models.Branding); empty for Holdfast's
    own."""

    portal_name: str = ""
    sign_in_name: str = ""
    colour: str = ""
    sender_name: str = ""
    reply_to: str = ""
    support_email: str = ""
    support_phone: str = ""
    support_url: str = ""


LOOK: Final = tuple(one.name for one in fields(Look))


def look_of(row: Branding) -> Look:
    """What a row says."""
    return Look(**{name: getattr(row, name) for name in LOOK})


def checked(look: Look) -> Look:
    """The look as it would be kept. Raises Invalid."""
    name = look.sign_in_name.strip().lower()
    if name and not _SIGN_IN_NAME.match(name):
        raise _invalid(
            "The name of a sign-in page has 3 to 40 letters, digits and hyphens.",
            "branding-sign-in-name",
        )
    return Look(
        portal_name=_name(look.portal_name),
        sign_in_name=name,
        colour=str(colours.parse(look.colour)) if look.colour.strip() else "",
        sender_name=_name(look.sender_name),
        reply_to=_email(look.reply_to),
        support_email=_email(look.support_email),
        support_phone=_phone(look.support_phone),
        support_url=_url(look.support_url),
    )


@acting
def set_branding(*, actor: Actor, msp: MSP, look: Look) -> Branding:
    """Show the MSP like this from now on; its logo stays.

    Raises Invalid, Conflict for a name of a sign-in page that is taken, NotAllowed, NotFound.
    """
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    wanted = asdict(checked(look))
    row = _locked(msp)
    before = {name: getattr(row, name) for name in LOOK}
    changed = [name for name in LOOK if before[name] != wanted[name]]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, wanted[name])
    _save(row)
    audit.record(
        actor=actor,
        event="branding.changed",
        msp_id=msp.pk,
        subject=msp.name,
        before={name: before[name] for name in changed},
        after={name: wanted[name] for name in changed},
    )
    return row


@acting
def set_logo(*, actor: Actor, msp: MSP, file: bytes) -> Branding:
    """Take a PNG or JPEG file for the MSP's logo. Raises Invalid, NotAllowed, NotFound."""
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    logo = read_logo(file)
    row = _locked(msp)
    row.logo, row.logo_id, row.logo_is_light = logo.png, uuid4(), logo.is_light
    row.logo_width, row.logo_height = logo.width, logo.height
    _save(row)
    _record(actor, msp, "branding.logo_set", width=logo.width, height=logo.height)
    return row


@acting
def remove_logo(*, actor: Actor, msp: MSP) -> Branding:
    """Show Holdfast's mark again. Raises NotAllowed, NotFound."""
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    row = _locked(msp)
    if row.logo_id is None:
        return row
    row.logo, row.logo_id, row.logo_is_light = b"", None, False
    row.logo_width = row.logo_height = 0
    _save(row)
    _record(actor, msp, "branding.logo_removed")
    return row


def _locked(msp: MSP) -> Branding:
    """The row, which nobody else changes until the transaction ends."""
    return Branding.objects.select_for_update().filter(msp=msp).first() or branding_of(msp)


def _save(row: Branding) -> None:
    row.changed_at = clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Conflict(
            "This name of a sign-in page is taken.",
            code="branding-name-taken",
            safe="Nothing was changed.",
            todo="Choose another one.",
        ) from None
    transaction.on_commit(partial(forget_shown, row.msp_id))


def _record(actor: Actor, msp: MSP, event: str, **data: object) -> None:
    audit.record(actor=actor, event=event, msp_id=msp.pk, subject=msp.name, data=data)


def _name(text: str) -> str:
    """A name in one line that is nothing but a name."""
    name = " ".join(text.split())
    strange = any(unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co") for one in name)
    if len(name) > _LONGEST_NAME or strange or not _NOT_IN_NAMES.isdisjoint(name):
        raise _invalid(
            f'A name has at most {_LONGEST_NAME} letters, and none of @ < > " \\ , ; :',
            "branding-name",
        )
    return name


def _email(text: str) -> str:
    address = text.strip()
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise _invalid("That is no e-mail address.", "no-mail-address") from None
    return address


def _phone(text: str) -> str:
    number = " ".join(text.split())
    if number and not _PHONE.match(number):
        raise _invalid("That is no telephone number.", "branding-phone")
    return number


def _url(text: str) -> str:
    url = text.strip()
    try:
        if url:
            _secure_url(url)
    except ValidationError:
        raise _invalid("Write an address that begins with https://.", "branding-url") from None
    if len(url) > 200 or "@" in url:
        raise _invalid("Write a shorter address, without a name in it.", "branding-url")
    return url


def _invalid(message: str, code: str) -> Invalid:
    return Invalid(message, code=code, safe="Nothing was changed.")
