"""Administrative units.

https://learn.microsoft.com/graph/api/resources/administrativeunit
"""

from __future__ import annotations

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import invalid_value, required
from apps.sandbox.schema import TYPES
from apps.sandbox.writes import audit, base, deletion, licensing, references, rendering
from apps.sandbox.writes.activities import OBJECTS

FAMILY = "administrativeUnit"
ACTIVITIES = OBJECTS[FAMILY]
HIDDEN = "HiddenMembership"


def create(call: Call) -> Answer:
    """POST /directory/administrativeUnits."""
    licensing.check_p1(call)
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), DIRECTORY)
    if not values.get("displayName"):
        raise required("displayName", "AdministrativeUnit")
    if values.get("visibility") not in (None, "Public", HIDDEN):
        raise invalid_value("visibility", "AdministrativeUnit")
    members = references.bound(call, "administrativeUnit.members", body)
    record = base.require(call, call.directory.add(FAMILY, values))
    audit.record(call, ACTIVITIES["add"], [audit.target(record, audit.changes({}, dict(values)))])
    if members:
        references.add(call, "administrativeUnit.members", record, members)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /directory/administrativeUnits/{id}."""
    record = base.live(call, FAMILY, call.variables["id"])
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=False), DIRECTORY)
    if values.get("displayName", "-") in (None, ""):
        raise invalid_value("displayName", "AdministrativeUnit")
    if "visibility" in values and values["visibility"] != record.body.get("visibility"):
        raise invalid_value("visibility", "AdministrativeUnit")
    if values:
        after = base.change(call, record, values)
        before = {name: record.body.get(name) for name in values}
        modified = audit.changes(before, {name: after.body.get(name) for name in values})
        audit.record(call, ACTIVITIES["update"], [audit.target(after, modified)])
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /directory/administrativeUnits/{id}: into the bin."""
    record = base.live(call, FAMILY, call.variables["id"])
    deletion.soft(call, record, ACTIVITIES["delete"])
    return base.no_content()
