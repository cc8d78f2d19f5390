"""Entitlement management: lists and single objects, with what belongs to them on `$expand`.

https://learn.microsoft.com/graph/api/accesspackage-list-resourcerolescopes
https://learn.microsoft.com/graph/api/accesspackagecatalog-list-resources
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import bad_request
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.options import options_of
from apps.sandbox.graph.projection import projection
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record

from .navigation import lists_related
from .objects import Handler
from .policies import gets_single
from .privileged import check_p2

CATALOG = "accessPackageCatalog"
PACKAGE = "accessPackage"
POLICY = "accessPackageAssignmentPolicy"
ORGANIZATION = "connectedOrganization"
SETTINGS = "entitlementManagementSettings"
# What `$expand` brings along; the list of packages has no such option.
_EXPANDABLE: Mapping[str, frozenset[str]] = {
    CATALOG: frozenset({"resources"}),
    PACKAGE: frozenset({"catalog", "resourceRoleScopes($expand=role,scope)"}),
    POLICY: frozenset({"accessPackage", "questions"}),
    ORGANIZATION: frozenset(),
}
_REFERENCES = frozenset({"catalog", "accessPackage"})
_ITEM = re.compile(r"[^,(]+(?:\([^)]*\))?")
_ORIGIN = re.compile(r"(?P<name>originId|id) eq '(?P<value>[^']*)'\Z")


def lists(type_name: str, *, expands: bool = True) -> Handler:
    """GET of the collection."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        names = _expanded(call, type_name) if expands else _refused(call)
        shown = [_shown(call, one, names) for one in call.view.of_type(type_name)]
        context = context_url(call, TYPES[type_name].path.strip("/"))
        return Answer(200, {"@odata.context": context, "value": shown})

    return handler


def gets(type_name: str) -> Handler:
    """GET of one object."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        record = resolve(call, type_name)
        return Answer(200, _shown(call, record, _expanded(call, type_name)))

    return handler


def get_settings(call: Call) -> Answer:
    """GET of the settings."""
    check_p2(call)
    return gets_single(SETTINGS, TYPES[SETTINGS].path.strip("/"))(call)


def list_resources(call: Call) -> Answer:
    """GET /identityGovernance/entitlementManagement/catalogs/{id}/resources."""
    check_p2(call)
    found = resolve(call, CATALOG).body.get("resources") or []
    narrowed = call.option("$filter")
    if narrowed is not None:
        match = _ORIGIN.match(narrowed)
        if match is None:
            raise bad_request("The filter is invalid.")
        found = [one for one in found if one.get(match["name"]) == match["value"]]
    return Answer(200, {"value": found})


def lists_links(type_name: str, name: str) -> Handler:
    """GET of sponsors, or of what is incompatible."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        return lists_related(type_name, name)(call)

    return handler


def _refused(call: Call) -> tuple[str, ...]:
    if call.option("$expand") is not None:
        raise bad_request("'$expand' is not supported by the service.")
    return ()


def _expanded(call: Call, type_name: str) -> tuple[str, ...]:
    asked = _ITEM.findall(call.option("$expand") or "")
    for one in asked:
        if one not in _EXPANDABLE[type_name]:
            raise bad_request(f"Parsing OData Select and Expand failed: '{one}'.")
    return tuple(one.partition("(")[0] for one in asked)


def _shown(call: Call, record: Record, expanded: Iterable[str]) -> dict[str, Any]:
    select = options_of(call).select
    shown = projection(record.type, call.version, select)(record)
    if expanded:
        shown |= projection(record.type, call.version, tuple(expanded))(record)
    for name in _REFERENCES.intersection(expanded):
        held = call.view.get(record.body[name]["id"])
        shown[name] = projection(held.type, call.version, None)(held) if held else None
    return shown
