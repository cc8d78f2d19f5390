"""Rules of entitlement management.

https://learn.microsoft.com/graph/api/entitlementmanagement-post-catalogs and the pages of the
other kinds
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apps.sandbox.graph.context import Call, GraphError
from apps.sandbox.graph.licensing import NO_LICENCE, PREMIUM
from apps.sandbox.rules import role_settings
from apps.sandbox.rules.refusals import policy_refusal
from apps.sandbox.state.records import Record

ORIGINS = {"AadGroup": "group", "AadApplication": "servicePrincipal"}
_SUBJECTS = ("userId", "groupId", "connectedOrganizationId", "membershipRule", "managerLevel")


def catalog(_call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/entitlementmanagement-post-catalogs"""
    if held is None:
        values |= {"catalogType": "userManaged", "resources": []}
        values.setdefault("state", "published")
        values.setdefault("isExternallyVisible", True)


def package(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/entitlementmanagement-post-accesspackages"""
    if held is None:
        require(call, "accessPackageCatalog", values["catalog"])
        values |= {"resourceRoleScopes": []}
        values.setdefault("isHidden", False)


def policy(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/entitlementmanagement-post-assignmentpolicies"""
    require(call, "accessPackage", values["accessPackage"])
    if held is not None and held.body["accessPackage"]["id"] != values["accessPackage"]["id"]:
        raise policy_refusal("The access package of a policy cannot be changed.")
    for subject in _subjects(values):
        if not role_settings.is_there(call, subject):
            raise policy_refusal("A subject of the policy does not exist.")


def organization(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/entitlementmanagement-post-connectedorganizations"""
    if held is not None:
        return
    sources = values["identitySources"]
    if len(sources) != 1 or "@odata.type" not in sources[0]:
        raise policy_refusal("A connected organization has one identity source.")
    values.setdefault("state", "configured")
    for other in call.directory.of_type("connectedOrganization"):
        if other.body["identitySources"] == sources:
            raise GraphError(409, "Conflict", "The organization is connected already.")


def review(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/accessreviewset-post-definitions"""
    if PREMIUM not in call.directory.licences:
        raise GraphError(400, "AadPremiumLicenseRequired", NO_LICENCE)
    if held is None:
        values["status"] = "InProgress"
    for reviewer in values.get("reviewers") or ():
        if not reviewer.get("query"):
            raise policy_refusal("A reviewer needs a query.")
        person = str(reviewer["query"]).removeprefix("/users/")
        if "/" not in person and call.directory.get(person) is None:
            raise policy_refusal("A reviewer does not exist.")


def require(call: Call, type_name: str, named: Mapping[str, Any] | None) -> Record:
    """The object that a reference names. Raises the 404 of the service."""
    object_id = str((named or {}).get("id"))
    found = call.directory.get(object_id)
    if found is None or found.type != type_name or call.view.get(object_id) is None:
        raise missing(object_id)
    return found


def missing(object_id: str) -> GraphError:
    """Something that is named is not there, or not there yet."""
    return GraphError(404, "ResourceNotFound", f"The resource '{object_id}' is not found.")


def check_deletion(call: Call, record: Record) -> None:
    """Refuse to delete what is Microsoft's, or still holds something."""
    if record.body.get("catalogType") == "serviceDefault":
        raise policy_refusal("The catalog cannot be deleted.")
    if record.type == "accessPackageCatalog" and any(
        one.body["catalog"]["id"] == record.id for one in call.directory.of_type("accessPackage")
    ):
        raise policy_refusal("The catalog has access packages.")


def _subjects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _subjects(item)
    elif isinstance(value, Mapping):
        if any(name in value for name in _SUBJECTS):
            yield value
        for item in value.values():
            yield from _subjects(item)
