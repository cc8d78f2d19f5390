"""Named locations.

https://learn.microsoft.com/graph/api/resources/namedlocation
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing
from apps.sandbox.rules import conditional_access, named_locations
from apps.sandbox.rules.bodies import NAMED_LOCATION, check_body
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering
from apps.sandbox.writes.activities import OBJECTS

FAMILY = "namedLocation"
ACTIVITIES = OBJECTS[FAMILY]
LABEL = "NamedLocation"
DEFAULTS: Mapping[str, dict[str, Any]] = {
    "ipNamedLocation": {"isTrusted": False},
    "countryNamedLocation": {
        "includeUnknownCountriesAndRegions": False,
        "countryLookupMethod": "clientIpAddress",
    },
}


def create(call: Call) -> Answer:
    """POST /identity/conditionalAccess/namedLocations."""
    licensing.check_p1(call)
    type_name = named_locations.type_of(call.body)
    body = base.body_of(call)
    named_locations.check_incoming(body)
    values = check_body(TYPES[type_name], body, base.rights(call, creating=True), NAMED_LOCATION)
    location = DEFAULTS[type_name] | {n: v for n, v in values.items() if v is not None}
    named_locations.check_location(type_name, location)
    at = base.now(call)
    stamped = {**location, "createdDateTime": at, "modifiedDateTime": at}
    location_id = call.directory.add(type_name, stamped)
    record = base.require(call, location_id)
    record_change(call, "add", None, record)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /identity/conditionalAccess/namedLocations/{id}; the type is named and stays."""
    record = find(call, call.variables["id"])
    if named_locations.type_of(call.body) != record.type:
        raise named_locations.schema_mismatch()
    body = base.body_of(call)
    named_locations.check_incoming(body)
    values = check_body(TYPES[record.type], body, base.rights(call, creating=False), NAMED_LOCATION)
    named_locations.check_location(record.type, {**record.body, **values})
    after = base.change(call, record, {**values, "modifiedDateTime": base.now(call)})
    record_change(call, "update", record, after)
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /identity/conditionalAccess/namedLocations/{id}: into the bin of policies."""
    record = find(call, call.variables["id"])
    if record.body.get("isTrusted"):
        raise named_locations.trusted()
    if _is_used(call, record.id):
        raise named_locations.in_use()
    record_change(call, "delete", record, None)
    call.directory.soft_delete(record.id)
    return base.no_content()


def find(call: Call, location_id: str) -> Record:
    """A live named location that the caller's replica shows. Raises 404."""
    record = call.directory.get(location_id)
    if record is None or call.view.get(location_id) is None or base.family_of(record) != FAMILY:
        raise missing(FAMILY, location_id)
    return record


def record_change(call: Call, what: str, before: Record | None, after: Record | None) -> None:
    """The audit record of a named location: the whole object before and after."""
    subject = after or before
    if subject is None:
        raise ValueError("A change has a named location before or after it.")
    change = audit.Modified(LABEL, before.body if before else None, after.body if after else None)
    audit.record(call, ACTIVITIES[what], [audit.target(subject, [change], type_label="Policy")])


def _is_used(call: Call, location_id: str) -> bool:
    return any(
        ("location", location_id) in conditional_access.references(policy.body)
        for policy in call.directory.of_type("conditionalAccessPolicy")
    )
