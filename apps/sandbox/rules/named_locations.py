"""What the Conditional Access service checks in a named location.

https://learn.microsoft.com/graph/api/conditionalaccessroot-post-namedlocations
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules.refusals import numbered, policy_refusal

READ_ONLY = ("id", "createdDateTime", "modifiedDateTime", "deletedDateTime")
TYPES = {
    "#microsoft.graph.ipNamedLocation": "ipNamedLocation",
    "#microsoft.graph.countryNamedLocation": "countryNamedLocation",
}
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
RANGES: Mapping[str, Callable[[str], Network]] = {
    "#microsoft.graph.iPv4CidrRange": lambda text: ipaddress.IPv4Network(text, strict=False),
    "#microsoft.graph.iPv6CidrRange": lambda text: ipaddress.IPv6Network(text, strict=False),
}
WIDEST = 8
"""The shortest prefix that a range may have."""
RANGE_LIMIT = 2000
SCHEMA_TEXT = (
    "Incoming NamedLocation object is null or does not match the schema of NamedLocation type. "
    "For examples, please see API documentation at "
    "https://docs.microsoft.com/en-us/graph/api/conditionalaccessroot-post-namedlocations"
    "?view=graph-rest-1.0."
)
TRUSTED_TEXT = "Named location cannot be deleted while it is marked as trusted."
IN_USE_TEXT = "Named location is being referenced by one or more policies and cannot be deleted."


def schema_mismatch() -> GraphError:
    """1007 in its form for named locations."""
    return numbered(1007, SCHEMA_TEXT)


def type_of(body: object) -> str:
    """The concrete type that a body names; it is required on every write."""
    if not isinstance(body, Mapping):
        raise schema_mismatch()
    name = str(body.get("@odata.type", ""))
    concrete = TYPES.get(name if name.startswith("#") else f"#{name}")
    if concrete is None:
        raise schema_mismatch()
    return concrete


def check_incoming(body: Mapping[str, Any]) -> None:
    """Refuse properties that the service alone sets."""
    for name in READ_ONLY:
        if name in body:
            raise numbered(1001, f"'{name}' is a readonly field and cannot be updated.")


def check_location(type_name: str, location: Mapping[str, Any]) -> None:
    """Refuse a complete named location that makes no sense."""
    if not location.get("displayName"):
        raise schema_mismatch()
    if type_name == "ipNamedLocation":
        _check_ranges(location.get("ipRanges"))
    else:
        _check_countries(location.get("countriesAndRegions"))


def _check_ranges(ranges: object) -> None:
    if not isinstance(ranges, list) or not 0 < len(ranges) <= RANGE_LIMIT:
        raise schema_mismatch()
    for entry in ranges:
        network = RANGES.get(_range_type(entry))
        if network is None:
            raise schema_mismatch()
        try:
            prefix = network(str(entry.get("cidrAddress"))).prefixlen
        except ValueError:
            raise schema_mismatch() from None
        if prefix < WIDEST:
            raise schema_mismatch()


def _range_type(entry: object) -> str:
    if not isinstance(entry, Mapping):
        return ""
    name = str(entry.get("@odata.type", ""))
    return name if name.startswith("#") else f"#{name}"


def _check_countries(countries: object) -> None:
    if not isinstance(countries, list) or not countries:
        raise schema_mismatch()
    if not all(isinstance(code, str) and re.fullmatch(r"[A-Z]{2}", code) for code in countries):
        raise schema_mismatch()


def trusted() -> GraphError:
    """Deleting a location that is still trusted; the exact text is not publicly known."""
    return policy_refusal(TRUSTED_TEXT)


def in_use() -> GraphError:
    """Deleting a location that a policy names; the exact text is not publicly known."""
    return policy_refusal(IN_USE_TEXT)
