"""From an object in a file to the body that is kept: what the file does not say stays unknown."""

import re
from collections import Counter
from collections.abc import Collection
from typing import Any

from apps.entra.catalogue import Kind, normalise
from apps.entra.catalogue.normalising import DELETED, PARENT, TYPE, UNKNOWN
from apps.history.importing.recognising import FoundObject
from apps.history.importing.relations import children_in

_ALWAYS = frozenset({"id", PARENT, TYPE, DELETED})
# What PowerShell's ConvertTo-Json puts where its -Depth ends, and IntuneManagement for a tenant.
# https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/convertto-json
_STAND_IN = re.compile(
    r"@\{.*\}|System\.(Object|String|Collections\.\S+|Management\.\S+)(\[\])?"
    r"|.*%Organization(Id|Name)%.*",
    re.DOTALL,
)


def body_of(
    found: FoundObject, known_links: Collection[str], left_out: Counter[str]
) -> dict[str, Any]:
    """The body, with the names of what is not known of the object under "@unknown".

    known_links: properties whose links are all known. left_out: counts, by name, the properties
    that are not kept. A value that the tool cut off or replaced is not known.
    """
    held = held_of(found, left_out)
    if found.parent_id:
        held[PARENT] = found.parent_id
    body = normalise(found.kind, held, version=found.kind.version)
    unknown = _unknown(found, held, known_links)
    return {**body, UNKNOWN: sorted(unknown)} if unknown else body


def held_of(found: FoundObject, left_out: Counter[str]) -> dict[str, Any]:
    """What the catalogue keeps of an object, as the file has it; the rest is counted by name."""
    known = found.kind.by_name
    inside = {*(link.property for link in found.kind.links), *children_in(found.kind)}
    held: dict[str, Any] = {}
    for name, value in found.raw.items():
        if name in _ALWAYS:
            held[name] = value
        elif name in known and known[name].captured:
            if has_stand_in(value):
                left_out[f"{name} (cut off)"] += 1
            else:
                held[name] = value
        elif name not in inside and "@" not in name:
            left_out[name] += 1
    return held


def _unknown(
    found: FoundObject, held: dict[str, Any], known_links: Collection[str]
) -> frozenset[str]:
    links = {link.property for link in found.kind.links} - set(known_links)
    told = found.raw.get(UNKNOWN)
    if found.own:
        return frozenset(str(name) for name in told) if isinstance(told, list) else frozenset()
    return frozenset(name for name in _expected(found.kind, held) if name not in held) | links


def _expected(kind: Kind, held: dict[str, Any]) -> tuple[str, ...]:
    """The properties that such an object has, those that are read apart left out."""
    own = (one for one in kind.properties if one.selected)
    subtypes = (sub for sub in kind.subtypes if sub.odata_type == held.get(TYPE))
    others = (one for sub in subtypes for one in sub.properties if one.selected)
    return tuple(one.name for one in (*own, *others))


def has_stand_in(value: Any) -> bool:
    """Whether a value, or a part of it, stands where the tool left something out."""
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str) and len(item) < 4096 and _STAND_IN.fullmatch(item):
            return True
    return False
