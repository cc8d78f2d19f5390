"""Users: create, update, delete.

https://learn.microsoft.com/graph/api/resources/user
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import users
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import SYNCED_OBJECT, bad_request, invalid_value, refused, required
from apps.sandbox.state.records import Record
from apps.sandbox.writes import (
    audit,
    base,
    deletion,
    dynamic,
    references,
    rendering,
    standing,
    uniqueness,
)
from apps.sandbox.writes.activities import OBJECTS, SESSIONS

ACTIVITIES = OBJECTS["user"]
NOT_CLEARABLE = ("accountEnabled", "displayName", "mail", "userPrincipalName", "usageLocation")
WRITABLE_THOUGH_MARKED = frozenset({"identityParentId"})
BROAD = frozenset(
    {
        "User.ReadWrite.All",
        "Directory.ReadWrite.All",
        "Directory.AccessAsUser.All",
        "AgentIdUser.ReadWrite.All",
        "AgentIdUser.ReadWrite.IdentityParentedBy",
    }
)


def create(call: Call) -> Answer:
    """POST /users."""
    body = base.typed_body(call)
    entity = base.concrete("user", body, call.version)
    is_agent = entity.name == "agentUser"
    allowed = WRITABLE_THOUGH_MARKED if is_agent else frozenset()
    values = check_body(entity, body, base.rights(call, creating=True, allowed=allowed), DIRECTORY)
    users.check_new(values, needs_password=not is_agent)
    users.check_requests(values, delegated=call.caller.is_delegated)
    if is_agent:
        _check_agent(call, values)
    _check_values(call, values, own_id=None)
    managers = references.bound(call, "user.manager", body)
    sponsors = references.bound(call, "user.sponsors", body)
    record = store(call, values, type_name=entity.name)
    for relation, targets in (("user.manager", managers), ("user.sponsors", sponsors)):
        if targets:
            references.add(call, relation, record, targets)
    return base.created(call, record, rendering.entity(call, record))


def store(call: Call, values: Mapping[str, Any], *, type_name: str = "user") -> Record:
    """Add a user whose values have been checked, with all that the service sets; audit it."""
    at = base.now(call)
    user_id = base.new_id()
    name = values["userPrincipalName"]
    body = {
        "userType": "Member",
        "businessPhones": [],
        "otherMails": [],
        "imAddresses": [],
        "assignedLicenses": [],
        "assignedPlans": [],
        "provisionedPlans": [],
        "licenseAssignmentStates": [],
        **values,
        "createdDateTime": at,
        "lastPasswordChangeDateTime": at,
        "signInSessionsValidFromDateTime": at,
        "proxyAddresses": [f"SMTP:{values['mail']}"] if values.get("mail") else [],
        "securityIdentifier": base.security_identifier(user_id),
        "identities": values.get("identities") or [_identity(name)],
    }
    call.directory.add(type_name, body, object_id=user_id)
    record = base.require(call, user_id)
    audit.record(call, ACTIVITIES["add"], [audit.target(record, audit.changes({}, dict(values)))])
    dynamic.place(call, record)
    return record


def update(call: Call) -> Answer:
    """PATCH /users/{id}."""
    record = base.live(call, "user", call.variables["id"])
    body = base.body_of(call)
    entity = base.concrete("user", {"@odata.type": record.type}, call.version)
    values = check_body(entity, body, base.rights(call, creating=False), DIRECTORY)
    if not call.caller.permissions & BROAD:
        users.check_permitted(values, call.caller.permissions)
    users.check_requests(values, delegated=call.caller.is_delegated)
    check_synced(record, values)
    if users.SENSITIVE & set(values):
        standing.check_sensitive(call, record.id, users.SENSITIVE & set(values))
    for name in NOT_CLEARABLE:
        if name in values and values[name] in (None, ""):
            raise invalid_value(name, "User")
    _check_values(call, values, own_id=record.id)
    _update(call, record, values, body)
    return base.updated(call, record)


def revoke_sessions(call: Call) -> Answer:
    """POST /users/{id}/revokeSignInSessions: 200; refresh tokens from before are worth nothing."""
    record = base.live(call, "user", call.variables["id"])
    after = base.change(call, record, {"signInSessionsValidFromDateTime": base.now(call)})
    audit.record(call, SESSIONS, [audit.target(after)])
    return base.ok({"@odata.context": f"{call.root}/$metadata#Edm.Boolean", "value": True})


def _update(call: Call, record: Record, values: dict[str, Any], body: Mapping[str, Any]) -> None:
    for manager in references.bound(call, references.MANAGER, body)[:1]:
        references.set_manager(call, record, manager)
    sponsors = references.bound(call, "user.sponsors", body)
    if sponsors:
        references.add(call, "user.sponsors", record, sponsors)
    if not values:
        return
    changed = _with_effects(call, record, values)
    after = base.change(call, record, changed)
    audit.record(
        call,
        ACTIVITIES["update"],
        [
            audit.target(
                after,
                [
                    *audit.changes(
                        {name: record.body.get(name) for name in values},
                        {name: after.body.get(name) for name in values},
                    ),
                    audit.Modified(
                        "TargetId.UserPrincipalName", None, after.body.get("userPrincipalName")
                    ),
                ],
            )
        ],
    )
    dynamic.place(call, after)


def delete(call: Call) -> Answer:
    """DELETE /users/{id}: into the bin for 30 days."""
    record = base.live(call, "user", call.variables["id"])
    if record.body.get("onPremisesSyncEnabled"):
        raise refused(SYNCED_OBJECT)
    standing.check_sensitive(call, record.id, ("delete",))
    standing.check_not_last(call, record.id)
    deletion.soft(call, record, ACTIVITIES["delete"])
    return base.no_content()


def check_synced(record: Record, values: Mapping[str, Any]) -> None:
    """What is mastered on-premises is changed on-premises."""
    if record.body.get("onPremisesSyncEnabled"):
        if set(values) - users.CLOUD_WRITABLE_WHEN_SYNCED:
            raise refused(SYNCED_OBJECT)
    elif "onPremisesExtensionAttributes" in values and not isinstance(
        values["onPremisesExtensionAttributes"], Mapping
    ):
        raise invalid_value("onPremisesExtensionAttributes", "User")


def _check_values(call: Call, values: Mapping[str, Any], *, own_id: str | None) -> None:
    if "userPrincipalName" in values:
        users.check_principal_name(values["userPrincipalName"], base.verified_domains(call))
    if len(values.get("businessPhones") or ()) > users.PHONE_LIMIT:
        raise invalid_value("businessPhones", "User")
    users.check_password(values)
    uniqueness.check(call, "user", values, own_id=own_id)
    if values.get("mail"):
        uniqueness.check_addresses(call, [values["mail"]], own_id=own_id)


def _check_agent(call: Call, values: Mapping[str, Any]) -> None:
    """An agent user has one agent identity as parent, and each agent identity one user."""
    parent_id = values.get("identityParentId")
    if not parent_id:
        raise required("identityParentId", "User")
    parent = base.live(call, "servicePrincipal", parent_id)
    if parent.type != "agentIdentity":
        raise invalid_value("identityParentId", "User")
    if call.directory.find("user", "identityParentId", parent_id) is not None:
        raise bad_request(
            "Another object with the same value for property identityParentId already exists."
        )


def _with_effects(call: Call, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
    """The changes with what follows from them."""
    changed = dict(values)
    if "passwordProfile" in values:
        held = record.body.get("passwordProfile") or {}
        changed["passwordProfile"] = {**held, **(values["passwordProfile"] or {})}
        if (values["passwordProfile"] or {}).get("password") is not None:
            changed["lastPasswordChangeDateTime"] = base.now(call)
            changed["signInSessionsValidFromDateTime"] = base.now(call)
    if "userPrincipalName" in values:
        changed["identities"] = _renamed(record, values["userPrincipalName"])
    if values.get("mail"):
        others = [
            address.replace("SMTP:", "smtp:", 1)
            for address in record.body.get("proxyAddresses") or []
            if address.partition(":")[2].lower() != values["mail"].lower()
        ]
        changed["proxyAddresses"] = [f"SMTP:{values['mail']}", *others]
    if "onPremisesExtensionAttributes" in values:
        held = record.body.get("onPremisesExtensionAttributes") or {}
        changed["onPremisesExtensionAttributes"] = {
            **held,
            **(values["onPremisesExtensionAttributes"] or {}),
        }
    return changed


def _renamed(record: Record, name: str) -> list[dict[str, Any]]:
    others = [
        identity
        for identity in record.body.get("identities") or []
        if identity.get("signInType") != "userPrincipalName"
    ]
    return [_identity(name), *others]


def _identity(name: str) -> dict[str, Any]:
    return {
        "signInType": "userPrincipalName",
        "issuer": name.rpartition("@")[2],
        "issuerAssignedId": name,
    }
