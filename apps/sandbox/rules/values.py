"""Whether a JSON value fits an Edm type, as OData reads it from JSON.

https://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})", re.IGNORECASE
)
_DURATION = re.compile(r"-?P(?=.)(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?")
_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?")


def fits(type_name: str, value: object) -> bool:
    """Whether a value that is not null fits the primitive type."""
    return CHECKS[type_name](value)


def is_guid(value: object) -> bool:
    """Whether a value is a GUID in its usual form."""
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def _text(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _whole(bits: int) -> Callable[[object], bool]:
    limit = 1 << (bits - 1)
    return lambda value: (
        isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    )


def _is_binary(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=False)
    except (binascii.Error, ValueError):
        return False
    return True


CHECKS: Mapping[str, Callable[[object], bool]] = {
    "Binary": _is_binary,
    "Boolean": lambda value: isinstance(value, bool),
    "Date": _text(_DATE),
    "DateTimeOffset": _text(_MOMENT),
    "Double": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "Duration": _text(_DURATION),
    "Guid": is_guid,
    "Int32": _whole(32),
    "Int64": _whole(64),
    "Stream": lambda _value: False,
    "String": lambda value: isinstance(value, str),
    "TimeOfDay": _text(_TIME),
    "Untyped": lambda _value: True,
}
