"""E-mail addresses as far as one can know that two lead to the same person."""

from django.core.validators import validate_email
from django.forms import ValidationError

from apps.core.errors import Invalid


def cleaned(address: str) -> str:
    """The address without spaces and in lower case. Raises Invalid for what is none."""
    address = address.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid(
            "That is no e-mail address.",
            code="no-mail-address",
            safe="Nothing was changed.",
            todo="Check it for a typing mistake.",
        ) from None
    return address


def is_same(one: str, other: str) -> bool:
    """Whether both reach the same mailbox: case and what follows a plus do not count.

    https://learn.microsoft.com/exchange/recipients-in-exchange-online/plus-addressing-in-exchange-online
    """
    return _mailbox(one) == _mailbox(other)


def _mailbox(address: str) -> tuple[str, str]:
    name, _, domain = address.strip().lower().rpartition("@")
    return name.partition("+")[0], domain
