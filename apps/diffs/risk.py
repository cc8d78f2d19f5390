"""How risky a change is: what the catalogue calls sensitive, and what is gone, weighs most."""

from __future__ import annotations

from collections.abc import Iterable

from apps.diffs.choices import ChangeType, Risk
from apps.entra.catalogue import Kind, Link

_GONE = {ChangeType.SOFT_DELETED, ChangeType.HARD_DELETED}


def of_object(kind: Kind, change: ChangeType, attributes: Iterable[str] = ()) -> Risk:
    """High for sensitive kinds and attributes, medium for deletions, low otherwise."""
    if kind.sensitive or any(is_sensitive(kind, name) for name in attributes):
        return Risk.HIGH
    return Risk.MEDIUM if change in _GONE else Risk.LOW


def of_link(link: Link) -> Risk:
    """High for links that carry privileges, low otherwise."""
    return Risk.HIGH if link.sensitive else Risk.LOW


def is_sensitive(kind: Kind, attribute: str) -> bool:
    known = kind.by_name.get(attribute)
    return bool(known and known.sensitive)
