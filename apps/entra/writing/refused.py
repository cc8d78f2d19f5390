"""What cannot be written, and why: asked before a plan is made, never found out while it runs."""

from collections.abc import Mapping
from typing import Any

from apps.core.errors import Invalid
from apps.entra.catalogue.model import Clearing, Kind, Link, Lock, Property, Writability

_WAYS: Mapping[Writability, str] = {
    Writability.CREATE_ONLY: "It is fixed when the object is made.",
    Writability.READ_ONLY: "Entra sets it itself.",
    Writability.DELEGATED_ONLY: "Graph takes it from a signed-in person only.",
    Writability.WRITE_ONLY: "Entra never gives it out, so nobody holds the old value.",
    Writability.WITHHELD: "Holdfast does not write it.",
}
_UNNAMED_VALUE = "unknownFutureValue"
_SECOND_FACTOR = "perUserMfaState"
_ONE_WAY = "usePreDefinedValuesOnly"


class NotWritable(Invalid):
    """A change that no request can make. message: the reason, for people."""

    default_code = "not-writable"


def not_writable(kind: Kind, name: str) -> str | None:
    """Why Holdfast cannot put a property of this kind back; None when it can."""
    known = kind.by_name.get(name)
    if known is None:
        return "The catalogue does not know this property."
    if kind.evidence:
        return kind.evidence
    if not kind.updatable:
        return "It is never changed: it is removed, and made anew."
    if known.recoverable:
        return None
    return known.reason or _WAYS.get(known.write, "Captures do not hold it.")


def value_not_writable(known: Property, current: Any, wanted: Any) -> str | None:
    """Why this very value of a writable property cannot be put back; None when it can."""
    if wanted in (None, []) and known.clear is Clearing.NEVER:
        return "Graph does not let it be emptied."
    if _holds(wanted, _UNNAMED_VALUE):
        return "It holds a value that this version of Graph does not name."
    for item in known.fixed_items:
        if (item in (current or ())) != (item in (wanted or ())):
            return f"{item} is chosen when the object is made, and stays."
    if known.name == _SECOND_FACTOR and (current, wanted) == ("enforced", "enabled"):
        return "Entra moves it on by itself once the person has registered, and would do so again."
    if known.name == _ONE_WAY and wanted and not current:
        return "Once it was given up, Graph does not take it again."
    if known.name == "passwordCredentials" and _keys(wanted) - _keys(current):
        return "A secret that is gone cannot come back: Entra never gives its text out."
    return None


def locked(kind: Kind, body: Mapping[str, Any]) -> str | None:
    """Why nobody can write to an object in this state; None when it is open.

    body: the object's live state, normalised.
    """
    return _first_reason(kind.locks, body)


def link_locked(link: Link, source_body: Mapping[str, Any]) -> str | None:
    """Why the links of a source in this state cannot be written; None when they can."""
    return _first_reason(link.locks, source_body)


def not_deletable(kind: Kind, body: Mapping[str, Any]) -> str | None:
    """Why an object in this state cannot be deleted; None when it can."""
    if kind.evidence:
        return kind.evidence
    if not kind.deletable:
        return "Every tenant has exactly one." if kind.singleton else "Graph cannot delete one."
    if kind.deletable_types and body.get("@odata.type") not in kind.deletable_types:
        return "It is built in: it can be switched off, not deleted."
    return locked(kind, body) or _first_reason(kind.not_deleted, body)


def _first_reason(locks: tuple[Lock, ...], body: Mapping[str, Any]) -> str | None:
    return next((lock.reason for lock in locks if lock.holds(body)), None)


def _holds(value: Any, wanted: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(item, wanted) for item in value.values())
    if isinstance(value, list):
        return any(_holds(item, wanted) for item in value)
    return isinstance(value, str) and wanted in value.split(",")


def _keys(credentials: Any) -> set[str]:
    return {str(item.get("keyId")) for item in credentials or ()}
