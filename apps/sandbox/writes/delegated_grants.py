"""Delegated permission grants.

https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import grants
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, not_found, required, same_key
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import (
    GRANT_ADDED,
    GRANT_REMOVED,
    GRANT_UPDATED,
    Activity,
)

FAMILY = "oauth2PermissionGrant"
OPENID = frozenset({"openid", "profile", "email", "offline_access"})
BETA_REQUIRED = ("startTime", "expiryTime")


def create(call: Call) -> Answer:
    """POST /oauth2PermissionGrants."""
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), DIRECTORY)
    grants.check_grant(values)
    if call.version == "beta":
        for name in BETA_REQUIRED:
            if not values.get(name):
                raise required(name, "OAuth2PermissionGrant")
    _check_ends(call, values)
    grant_id = grants.grant_id(values["clientId"], values["resourceId"], values.get("principalId"))
    if call.directory.get(grant_id) is not None or _exists(call, values):
        raise same_key(grants.ENTRY_EXISTS, "id")
    call.directory.add(FAMILY, values, object_id=grant_id)
    record = base.require(call, grant_id)
    record_grant(call, GRANT_ADDED, record, None, record.body.get("scope"))
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /oauth2PermissionGrants/{id}: the scope alone can change."""
    record = base.live(call, FAMILY, call.variables["id"])
    body = base.body_of(call)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=False), DIRECTORY)
    grants.check_scope(values.get("scope"))
    if values:
        after = base.change(call, record, values)
        scopes = record.body.get("scope"), after.body.get("scope")
        record_grant(call, GRANT_UPDATED, after, *scopes)
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /oauth2PermissionGrants/{id}: for good."""
    record = base.live(call, FAMILY, call.variables["id"])
    call.directory.purge(record.id)
    record_grant(call, GRANT_REMOVED, record, record.body.get("scope"), None)
    return base.no_content()


def record_grant(
    call: Call, activity: Activity, grant: Record, before: str | None, after: str | None
) -> None:
    """The audit record of a grant: the resource first, then the client."""
    resource = call.directory.get(grant.body["resourceId"])
    client = call.directory.get(grant.body["clientId"])
    modified = [
        audit.Modified("DelegatedPermissionGrant.Scope", before, after),
        audit.Modified("DelegatedPermissionGrant.ConsentType", None, grant.body["consentType"]),
        audit.Modified("ServicePrincipal.ObjectID", None, grant.body["clientId"]),
    ]
    targets = [audit.target(resource, modified)] if resource else []
    audit.record(call, activity, [*targets, *([audit.target(client)] if client else [])])


def _check_ends(call: Call, values: Mapping[str, str]) -> None:
    ends = [("clientId", "servicePrincipal"), ("resourceId", "servicePrincipal")]
    if values.get("principalId"):
        ends.append(("principalId", "user"))
    for name, family in ends:
        found = call.directory.get(values[name])
        if found is None or base.family_of(found) != family:
            raise not_found(values[name])
        if call.view.get(found.id) is None:
            raise not_found(values[name])
    resource = base.require(call, values["resourceId"])
    offered = {scope.get("value") for scope in resource.body.get("oauth2PermissionScopes") or ()}
    for scope in (values.get("scope") or "").split():
        if offered and scope not in offered and scope not in OPENID:
            raise bad_request(
                f"The scope '{scope}' does not exist on resource '{resource.body.get('appId')}'."
            )


def _exists(call: Call, values: Mapping[str, str]) -> bool:
    names = ("consentType", "principalId", "resourceId")
    return any(
        all(other.body.get(name) == values.get(name) for name in names)
        for other in call.directory.find_all(FAMILY, "clientId", values["clientId"])
    )
