"""Directory extensions, which applications declare and all of whose names hold the appId.

https://learn.microsoft.com/graph/api/resources/extensionproperty
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, invalid_value, not_found, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, ownership, rendering
from apps.sandbox.writes.activities import OBJECTS

FAMILY = "extensionProperty"
RELATION = "application.extensionProperties"
DATA_TYPES = frozenset({"Binary", "Boolean", "DateTime", "Integer", "LargeInteger", "String"})
TARGETS = frozenset(
    {"User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"}
)


def create(call: Call) -> Answer:
    """POST /applications/{id}/extensionProperties."""
    application = _application(call)
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), DIRECTORY)
    _check(values)
    name = f"extension_{application.body['appId'].replace('-', '')}_{values['name']}"
    if call.directory.find(FAMILY, "name", name) is not None:
        raise bad_request(
            f"An extension property exists with the name {name}. Extension property names must be "
            "unique across the directory."
        )
    stored = {
        "isMultiValued": False,
        **values,
        "name": name,
        "appDisplayName": application.body.get("displayName"),
        "isSyncedFromOnPremises": False,
    }
    record = base.require(call, call.directory.add(FAMILY, stored))
    call.directory.link(RELATION, application.id, record.id)
    _record(call, application, None, name)
    return base.created(call, record, rendering.entity(call, record))


def delete(call: Call) -> Answer:
    """DELETE /applications/{id}/extensionProperties/{extension}: its values become unreadable."""
    application = _application(call)
    extension_id = call.variables["extension"]
    record = call.directory.get(extension_id)
    if record is None or not call.directory.has_link(RELATION, application.id, extension_id):
        raise not_found(extension_id)
    call.directory.unlink(RELATION, application.id, extension_id)
    call.directory.purge(extension_id)
    _record(call, application, record.body["name"], None)
    return base.no_content()


def _application(call: Call) -> Record:
    application = base.live(call, "application", call.variables["id"])
    ownership.check(call, application)
    return application


def _check(values: Mapping[str, Any]) -> None:
    for name in ("name", "dataType", "targetObjects"):
        if not values.get(name):
            raise required(name, "ExtensionProperty")
    if not str(values["name"]).isidentifier():
        raise invalid_value("name", "ExtensionProperty")
    if values["dataType"] not in DATA_TYPES:
        raise invalid_value("dataType", "ExtensionProperty")
    if not set(values["targetObjects"]) <= TARGETS:
        raise invalid_value("targetObjects", "ExtensionProperty")


def _record(call: Call, application: Record, before: str | None, after: str | None) -> None:
    change = audit.Modified("extensionProperties", before, after)
    audit.record(call, OBJECTS["application"]["update"], [audit.target(application, [change])])
