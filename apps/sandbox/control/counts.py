"""How many of each kind of thing a tenant holds."""

from __future__ import annotations

from typing import Any

from apps.sandbox.schema import TYPES
from apps.sandbox.state.directory import Directory


def counts(directory: Directory) -> dict[str, Any]:
    """Live objects and soft-deleted ones by family, links by relation, audit records."""
    families = sorted({each.family for each in TYPES.values()})
    live = {name: directory.count(name) for name in families}
    bins: dict[str, int] = {}
    for name in families:
        found = len(directory.deleted(name))
        if found:
            bins[name] = found
    links = {relation: sum(1 for _ in table.pairs()) for relation, table in directory.relations()}
    return {
        "objects": {name: count for name, count in live.items() if count},
        "deleted": bins,
        "links": {name: count for name, count in sorted(links.items()) if count},
        "audit": len(directory.audit),
    }
