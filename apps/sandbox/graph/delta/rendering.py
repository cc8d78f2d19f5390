"""Shows the objects of a delta round: set properties, nulls for cleared ones, link changes."""

from collections.abc import Iterable
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.graph.projection import projection
from apps.sandbox.schema import TYPES
from apps.sandbox.schema.aliases import stored_name
from apps.sandbox.state.records import Record

from .rounds import Touched
from .tracking import Tracking

Json = dict[str, Any]


def show_touched(
    call: Call,
    tracking: Tracking,
    touched: Touched,
    links: Iterable[tuple[str, str]],
    minimal: bool,
) -> Json:
    """One entry of a delta page. Properties that were never set are left out."""
    record = touched.record
    if record is None:
        reason = "changed" if touched.soft else "deleted"
        return {"id": touched.object_id, "@removed": {"reason": reason}}
    shown: Json = {}
    if len(tracking.families) > 1 or record.type not in tracking.families:
        shown["@odata.type"] = TYPES[record.type].odata_type
    shown |= _properties(call, tracking, record, touched.names if minimal else None)
    shown["id"] = record.id
    for relation, target_id in links:
        shown.setdefault(f"{relation}@delta", []).append(_link(call, record, relation, target_id))
    return shown


def _properties(
    call: Call, tracking: Tracking, record: Record, only: frozenset[str] | None
) -> Json:
    whole = projection(record.type, call.version, tracking.select)(record)
    family = TYPES[record.type].family
    return {
        name: value
        for name, value in whole.items()
        if (only is None or name in only)
        and (stored_name(family, name) in record.body or name in record.cleared)
    }


def _link(call: Call, record: Record, relation: str, target_id: str) -> Json:
    key = TYPES[record.type].relations[relation].key
    target = call.view.get(target_id)
    if target is None or target_id not in call.directory.targets(key, record.id):
        return {"id": target_id, "@removed": {"reason": "deleted"}}
    return {"@odata.type": TYPES[target.type].odata_type, "id": target_id}
