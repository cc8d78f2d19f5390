"""Service principals: create by application id, update, delete.

https://learn.microsoft.com/graph/api/resources/serviceprincipal
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, read_only, required, same_key
from apps.sandbox.rules.values import is_guid
from apps.sandbox.schema import EntityType
from apps.sandbox.state.records import Record
from apps.sandbox.writes import (
    audit,
    base,
    credentials,
    deletion,
    followers,
    ownership,
    references,
    rendering,
)
from apps.sandbox.writes.activities import OBJECTS

ACTIVITIES = OBJECTS["servicePrincipal"]
FROM_APPLICATION = frozenset(
    {"appRoles", "oauth2PermissionScopes", "info", "replyUrls", "homepage", "logoutUrl"}
)
"""A service principal with an application in this tenant has these from there."""
MANAGED = "ManagedIdentity"
MANAGED_WRITABLE = frozenset({"appRoleAssignmentRequired", "customSecurityAttributes", "tags"})


def create(call: Call) -> Answer:
    """POST /servicePrincipals."""
    return _create(call, base.typed_body(call), {})


def _create(call: Call, body: Mapping[str, Any], key: Mapping[str, str]) -> Answer:
    entity = base.concrete("servicePrincipal", body, call.version)
    values = check_body(entity, body, base.rights(call, creating=True), DIRECTORY) | dict(key)
    owners = references.bound(call, "servicePrincipal.owners", body)
    if entity.name == "agentIdentity":
        filled = _agent(call, body, values)
    else:
        filled = _from_application(call, values)
    sponsors = _sponsors(call, entity, body)
    principal_id = call.directory.add(entity.name, filled)
    record = base.require(call, principal_id)
    modified = audit.changes({}, {**values, "appId": filled.get("appId")})
    audit.record(call, ACTIVITIES["add"], [audit.target(record, modified)])
    ownership.claim(call, record, owners)
    if sponsors:
        references.add(call, "servicePrincipal.sponsors", record, sponsors)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /servicePrincipals/{id}; by application id also an upsert where preferred."""
    principal_id = call.variables["id"]
    key = base.alternate_key("servicePrincipal", principal_id)
    body = base.body_of(call)
    missing = base.known(call, "servicePrincipal", principal_id) is None
    if key and missing and base.creates_missing(call):
        return _create(call, body, {key[0]: key[1]})
    record = base.live(call, "servicePrincipal", principal_id)
    ownership.check(call, record)
    entity = base.concrete("servicePrincipal", {"@odata.type": record.type}, call.version)
    values = check_body(entity, body, base.rights(call, creating=False), DIRECTORY)
    _check_update(call, record, values)
    if values:
        _apply(call, record, values)
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /servicePrincipals/{id}: into the bin, with the grants that name it."""
    record = base.live(call, "servicePrincipal", call.variables["id"])
    ownership.check(call, record)
    if record.body.get("servicePrincipalType") == MANAGED:
        raise bad_request("Managed identities cannot be deleted through this API.")
    deletion.soft(call, record, ACTIVITIES["delete"])
    return base.no_content()


def _apply(call: Call, record: Record, values: dict[str, Any]) -> None:
    if "passwordCredentials" in values:
        values["passwordCredentials"] = credentials.kept(record, values["passwordCredentials"])
    if "keyCredentials" in values:
        values["keyCredentials"] = credentials.keys(record, values["keyCredentials"])
    after = base.change(call, record, values)
    before = {name: record.body.get(name) for name in values}
    modified = audit.changes(before, {name: after.body.get(name) for name in values})
    audit.record(call, ACTIVITIES["update"], [audit.target(after, modified)])


def _check_update(call: Call, record: Record, values: Mapping[str, Any]) -> None:
    names = set(values)
    if record.body.get("servicePrincipalType") == MANAGED and names - MANAGED_WRITABLE:
        raise bad_request("Updates to managed identities are not allowed through this API.")
    if names & FROM_APPLICATION and _has_application(call, record):
        changed = {n for n in names & FROM_APPLICATION if values[n] != record.body.get(n)}
        if changed:
            raise read_only(min(changed))
    if "servicePrincipalType" in names:
        raise read_only("servicePrincipalType")


def _has_application(call: Call, record: Record) -> bool:
    app_id = record.body.get("appId")
    return app_id is not None and call.world.find_application(app_id) is not None


def _from_application(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    app_id = values.get("appId")
    if not app_id:
        raise required("appId", "ServicePrincipal")
    if call.directory.find("servicePrincipal", "appId", app_id) is not None:
        raise same_key(
            "The service principal cannot be created, updated, or restored because the service "
            f"principal name {app_id} is already in use.",
            "servicePrincipalNames",
        )
    home, application = _application(call, str(app_id))
    body = application.body
    return {
        "alternativeNames": [],
        "keyCredentials": [],
        "notificationEmailAddresses": [],
        "passwordCredentials": [],
        "resourceSpecificApplicationPermissions": [],
        **followers.taken_over(body),
        "tags": [],
        "accountEnabled": True,
        "appRoleAssignmentRequired": False,
        "servicePrincipalType": "Application",
        "displayName": body.get("displayName"),
        **{name: value for name, value in values.items() if name not in FROM_APPLICATION},
        "appId": body["appId"],
        "appOwnerOrganizationId": home,
    }


def _application(call: Call, app_id: str) -> tuple[str, Record]:
    """The application, of this tenant or a multi-tenant one of another. 400 where there is none,
    or where it is not yet visible."""
    found = call.world.find_application(app_id) if is_guid(app_id) else None
    error = bad_request(
        f"The appId '{app_id}' of the service principal does not reference a valid application "
        "object."
    )
    if found is None:
        raise error
    directory, record = found
    if directory is call.directory:
        if call.view.get(record.id) is None:
            raise error
    elif record.body.get("signInAudience") in (None, "AzureADMyOrg"):
        raise error
    elif ownership.owned_only(call):
        raise _foreign_application()
    return directory.tenant_id, record


def _foreign_application() -> Exception:
    error = bad_request(
        "When using this permission, the backing application of the service principal being "
        "created must in the local tenant"
    )
    error.status, error.code = 403, "Authorization_RequestDenied"
    return error


def _agent(call: Call, body: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """An agent identity stands under a blueprint of this tenant."""
    blueprint_id = values.get("agentIdentityBlueprintId")
    if not blueprint_id:
        raise required("agentIdentityBlueprintId", "AgentIdentity")
    blueprint = call.directory.find("application", "appId", blueprint_id)
    if blueprint is None or blueprint.type != "agentIdentityBlueprint":
        raise bad_request("Property agentIdentityBlueprintId does not reference a valid blueprint.")
    if not values.get("displayName"):
        raise required("displayName", "AgentIdentity")
    return {
        "accountEnabled": True,
        "tags": [],
        "servicePrincipalNames": [],
        **values,
        "servicePrincipalType": "ServiceIdentity",
        "createdByAppId": blueprint.body["appId"],
        "createdDateTime": base.now(call),
    }


def _sponsors(call: Call, entity: EntityType, body: Mapping[str, Any]) -> list[Record]:
    if "sponsors" not in entity.relations:
        return []
    found = references.bound(call, "servicePrincipal.sponsors", body)
    if not found and entity.name == "agentIdentity":
        raise required("sponsors", "AgentIdentity")
    return found
