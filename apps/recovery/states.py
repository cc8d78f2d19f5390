"""Digests of the part of the live state that a step touches: what it assumes and what it wants.

Only that part: somebody changing a person's job title does not stand in the way of bringing back
their department.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.core import digests
from apps.diffs.attributes import own_values
from apps.entra.catalogue import Kind
from apps.entra.catalogue.normalising import in_order

PRESENT, SOFT_DELETED, ABSENT = "present", "soft-deleted", "absent"


def of_attributes(kind: Kind, body: Mapping[str, Any], names: Iterable[str]) -> bytes:
    """The digest of these attributes of a normalised body; absent, null and [] are the same."""
    kept = own_values(kind, {name: body[name] for name in names if name in body})
    values = in_order(kind, kept)
    said = {name: value for name, value in values.items() if value is not None and value != []}
    return digests.of_value(f"step-attributes:{kind.name}", said)


def of_object(state: str) -> bytes:
    """The digest of an object being present, in the recycle bin or nowhere."""
    return digests.of_value("step-object", state)


def of_secret(name: str) -> bytes:
    """The digest of a client secret with this name being there."""
    return digests.of_value("step-secret", name)


def of_link(present: bool) -> bytes:
    """The digest of a link being there or not."""
    return digests.of_value("step-link", present)
