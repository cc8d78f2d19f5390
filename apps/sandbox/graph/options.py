"""The system query options of a call, read and checked.

https://learn.microsoft.com/graph/query-parameters
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .context import Call
from .errors import bad_request, unsupported_query

DEFAULT_PAGE = 100
LARGEST_PAGE = 999
_KNOWN = {
    "$count",
    "$deltatoken",
    "$expand",
    "$filter",
    "$format",
    "$orderby",
    "$search",
    "$select",
    "$skip",
    "$skiptoken",
    "$top",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What the client asked for. ``top`` is None where it did not say."""

    select: tuple[str, ...] | None = None
    filter: str | None = None
    search: str | None = None
    orderby: str | None = None
    expand: str | None = None
    count: bool = False
    top: int | None = None
    skip: int = 0
    skiptoken: str | None = None
    deltatoken: str | None = None
    eventual: bool = False

    @property
    def advanced(self) -> bool:
        """Whether the call is an advanced query: eventual consistency and $count=true.

        https://learn.microsoft.com/graph/aad-advanced-queries
        """
        return self.eventual and self.count


def options_of(call: Call) -> Options:
    """Read them all. GraphError 400 for an unknown or malformed one."""
    given: dict[str, str] = {}
    for name, value in call.query:
        key = name if name.startswith("$") else f"${name}"
        key = key.lower()
        if key in _KNOWN:
            given[key] = value
        elif name.startswith("$"):
            raise bad_request(f"The query parameter '{name}' is not supported.")
    return _read(given, call.headers)


def _read(given: Mapping[str, str], headers: Mapping[str, str]) -> Options:
    return Options(
        select=_names(given.get("$select")),
        filter=given.get("$filter"),
        search=given.get("$search"),
        orderby=given.get("$orderby"),
        expand=given.get("$expand"),
        count=_flag(given.get("$count")),
        top=_page_size(given.get("$top")),
        skip=_number("$skip", given.get("$skip")) or 0,
        skiptoken=given.get("$skiptoken"),
        deltatoken=given.get("$deltatoken"),
        eventual=headers.get("consistencylevel", "").strip().lower() == "eventual",
    )


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    return None if not names or "*" in names else names


def _flag(text: str | None) -> bool:
    if text is None:
        return False
    if text.lower() not in ("true", "false"):
        raise bad_request(f"Invalid value '{text}' for $count query option found.")
    return text.lower() == "true"


def _number(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise bad_request(
            f"Invalid value '{text}' for {name} query option found. The {name} query option "
            "requires a non-negative integer value."
        )
    return value


def _page_size(text: str | None) -> int | None:
    return _number("$top", text)


def check_page_size(top: int | None, largest: int = LARGEST_PAGE) -> int:
    """The page size to use. 400 if it is not from 1 to ``largest``."""
    if top is None:
        return min(DEFAULT_PAGE, largest)
    if not 1 <= top <= largest:
        raise unsupported_query(
            f"Invalid page size specified: '{top}'. Must be between 1 and {largest} inclusive."
        )
    return top


def refuse(options: Options, *names: str) -> None:
    """400 if one of the named options was given ("skip", "expand", ...)."""
    for name in names:
        value: Any = getattr(options, name)
        if value:
            raise unsupported_query(f"'${name}' is not supported by the service.")
