"""Applications: create, update, delete, upsert by unique name.

https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import applications
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, invalid_value, required
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
    uniqueness,
)
from apps.sandbox.writes.activities import OBJECTS

ACTIVITIES = OBJECTS["application"]
MERGED = ("api", "web", "spa", "publicClient", "info", "parentalControlSettings", "windows")
"""Complex properties of which a PATCH changes only what it names."""
NOT_CLEARABLE = ("displayName", "signInAudience")
COLLECTIONS = (
    "addIns",
    "appRoles",
    "identifierUris",
    "keyCredentials",
    "passwordCredentials",
    "requiredResourceAccess",
    "tags",
)


def create(call: Call) -> Answer:
    """POST /applications."""
    return _create(call, base.typed_body(call), {})


def _create(call: Call, body: Mapping[str, Any], key: Mapping[str, str]) -> Answer:
    entity = base.concrete("application", body, call.version)
    values = check_body(entity, body, base.rights(call, creating=True), DIRECTORY) | dict(key)
    _name_origin(values)
    if not values.get("displayName"):
        raise required("displayName", "Application")
    owners = references.bound(call, "application.owners", body)
    sponsors = references.bound(call, "application.sponsors", body) if _is_agent(entity) else []
    if _is_agent(entity) and not sponsors:
        raise required("sponsors", "AgentIdentityBlueprint")
    application_id, app_id = base.new_id(), base.new_id()
    secrets = credentials.generated(call, values.pop("passwordCredentials", []))
    filled = _filled(call, values, app_id) | {"passwordCredentials": secrets}
    _check(call, {}, filled, own_id=None)
    call.directory.add(entity.name, filled, object_id=application_id)
    record = base.require(call, application_id)
    modified = audit.changes({}, dict(values))
    audit.record(call, ACTIVITIES["add"], [audit.target(record, modified)])
    ownership.claim(call, record, owners)
    if sponsors:
        references.add(call, "application.sponsors", record, sponsors)
    shown = rendering.entity(call, record)
    if secrets:
        shown["passwordCredentials"] = secrets
    return base.created(call, record, shown)


def update(call: Call) -> Answer:
    """PATCH /applications/{id}; by unique name also an upsert where the caller prefers so."""
    application_id = call.variables["id"]
    key = base.alternate_key("application", application_id)
    body = base.body_of(call)
    missing = base.known(call, "application", application_id) is None
    if key and key[0] == "uniqueName" and missing and base.creates_missing(call):
        return _create(call, body, {key[0]: key[1]})
    record = base.live(call, "application", application_id)
    ownership.check(call, record)
    entity = base.concrete("application", {"@odata.type": record.type}, call.version)
    values = check_body(entity, body, base.rights(call, creating=False), DIRECTORY)
    for name in NOT_CLEARABLE:
        if name in values and values[name] in (None, ""):
            raise invalid_value(name, "Application")
    if not values:
        return base.updated(call, record)
    _apply(call, record, values)
    return base.updated(call, record)


def _apply(call: Call, record: Record, values: dict[str, Any]) -> None:
    if "passwordCredentials" in values:
        values["passwordCredentials"] = credentials.kept(record, values["passwordCredentials"])
    if "keyCredentials" in values:
        values["keyCredentials"] = credentials.keys(record, values["keyCredentials"])
    _name_origin(values)
    changed = {name: _merged(record, name, value) for name, value in values.items()}
    _check(call, record.body, {**record.body, **changed}, own_id=record.id)
    after = base.change(call, record, changed)
    record_update(call, record, after, values)
    followers.follow(call, after)


def record_update(call: Call, before: Record, after: Record, names: Mapping[str, Any]) -> None:
    """The audit record of an update; that of credentials has a name of its own."""
    modified = audit.changes(
        {name: before.body.get(name) for name in names},
        {name: after.body.get(name) for name in names},
    )
    secret = [m for m in modified if m.name in audit.HIDDEN]
    plain = [m for m in modified if m.name not in audit.HIDDEN]
    if secret:
        credentials.record_change(call, before, after)
    if plain or not modified:
        audit.record(call, ACTIVITIES["update"], [audit.target(after, plain)])


def delete(call: Call) -> Answer:
    """DELETE /applications/{id}: into the bin, and its service principal of this tenant too."""
    record = base.live(call, "application", call.variables["id"])
    ownership.check(call, record)
    principal = call.directory.find("servicePrincipal", "appId", record.body["appId"])
    deletion.soft(call, record, ACTIVITIES["delete"])
    if principal is not None:
        deletion.soft(call, principal, OBJECTS["servicePrincipal"]["delete"])
    return base.no_content()


def _filled(call: Call, values: Mapping[str, Any], app_id: str) -> dict[str, Any]:
    """A new application with what the service sets and its defaults."""
    return {
        **{name: [] for name in COLLECTIONS},
        "signInAudience": "AzureADMyOrg",
        "api": {"oauth2PermissionScopes": [], "preAuthorizedApplications": []},
        "web": {
            "redirectUris": [],
            "implicitGrantSettings": {
                "enableAccessTokenIssuance": False,
                "enableIdTokenIssuance": False,
            },
        },
        "spa": {"redirectUris": []},
        "publicClient": {"redirectUris": []},
        "info": {},
        **values,
        "appId": app_id,
        "createdDateTime": base.now(call),
        "createdByAppId": call.caller.app_id or None,
        "publisherDomain": base.default_domain(call),
        "keyCredentials": credentials.new_keys(values.get("keyCredentials") or []),
    }


def _name_origin(values: dict[str, Any]) -> None:
    """The service says where a role is defined, whatever the request says.

    https://learn.microsoft.com/graph/api/resources/approle
    """
    if values.get("appRoles"):
        values["appRoles"] = [{**role, "origin": "Application"} for role in values["appRoles"]]


def _merged(record: Record, name: str, value: Any) -> Any:
    if name in MERGED and isinstance(value, Mapping):
        return {**(record.body.get(name) or {}), **value}
    return value


def _check(
    call: Call, before: Mapping[str, Any], after: Mapping[str, Any], *, own_id: str | None
) -> None:
    """Refuse an application that makes no sense as a whole."""
    if after["signInAudience"] not in applications.AUDIENCES:
        raise invalid_value("signInAudience", "Application")
    applications.check_permissions(before, after)
    applications.check_redirects(after)
    uris = after.get("identifierUris") or []
    new = [uri for uri in uris if uri not in (before.get("identifierUris") or [])]
    applications.check_identifier_uris(
        new,
        app_id=after["appId"],
        tenant_id=call.directory.tenant_id,
        verified=base.verified_domains(call),
    )
    uniqueness.check(call, "application", after, own_id=own_id)
    uniqueness.check_identifier_uris(call, new, own_id=own_id)
    _check_references(after)


def _check_references(application: Mapping[str, Any]) -> None:
    """Pre-authorised clients name scopes that the application exposes."""
    exposed = {scope["id"] for scope in applications.scopes_of(application)}
    for entry in (application.get("api") or {}).get("preAuthorizedApplications") or ():
        ids = entry.get("delegatedPermissionIds") or entry.get("permissionIds") or []
        if not set(ids) <= exposed:
            raise bad_request(
                "Property api.preAuthorizedApplications contains a delegatedPermissionId that does "
                "not exist in oauth2PermissionScopes."
            )


def _is_agent(entity: EntityType) -> bool:
    return entity.name == "agentIdentityBlueprint"
