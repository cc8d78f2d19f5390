"""Shows the objects of a delta round: set properties, nulls for cleared ones, link changes."""

from collections.abc import Iterable
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.graph.projection import Projection, projection
from apps.sandbox.schema import TYPES
from apps.sandbox.schema.aliases import stored_name
from apps.sandbox.state.records import Record

from .rounds import Touched
from .tracking import Tracking

Json = dict[str, Any]


class DeltaRenderer:
    """Shows the entries of one page. Properties that were never set are left out; with
    ``minimal`` (Prefer: return=minimal) so are those that did not change."""

    def __init__(self, call: Call, tracking: Tracking, *, minimal: bool = False) -> None:
        self._call = call
        self._tracking = tracking
        self._minimal = minimal
        self._projections: dict[str, tuple[Projection, str]] = {}

    def __call__(self, touched: Touched, links: Iterable[tuple[str, str]] = ()) -> Json:
        """One entry; ``links`` are those of its links that the page has room for."""
        record = touched.record
        if record is None:
            reason = "changed" if touched.soft else "deleted"
            return {"id": touched.object_id, "@removed": {"reason": reason}}
        project, annotation = self._projections.get(record.type) or self._prepare(record.type)
        shown = project.given(record)
        if self._minimal and touched.names is not None:
            shown = _only(record, shown, touched.names)
        shown["id"] = record.id
        if annotation:
            shown = {"@odata.type": annotation, **shown}
        for relation, target_id in links:
            link = _link(self._call, record, relation, target_id)
            shown.setdefault(f"{relation}@delta", []).append(link)
        return shown

    def _prepare(self, type_name: str) -> tuple[Projection, str]:
        tracking = self._tracking
        mixed = len(tracking.families) > 1 or type_name not in tracking.families
        prepared = (
            projection(type_name, self._call.version, tracking.select),
            TYPES[type_name].odata_type if mixed else "",
        )
        self._projections[type_name] = prepared
        return prepared


def _only(record: Record, shown: Json, names: frozenset[str]) -> Json:
    family = TYPES[record.type].family
    return {name: value for name, value in shown.items() if stored_name(family, name) in names}


def _link(call: Call, record: Record, relation: str, target_id: str) -> Json:
    key = TYPES[record.type].relations[relation].key
    target = call.view.get(target_id)
    if target is None or not call.directory.has_link(key, record.id, target_id):
        return {"id": target_id, "@removed": {"reason": "deleted"}}
    return {"@odata.type": TYPES[target.type].odata_type, "id": target_id}
