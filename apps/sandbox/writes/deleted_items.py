"""The bin of the directory: restore and permanent delete.

https://learn.microsoft.com/graph/api/directory-deleteditems-restore and
https://learn.microsoft.com/graph/api/directory-deleteditems-delete
"""

from __future__ import annotations

from collections.abc import Mapping

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import users
from apps.sandbox.rules.refusals import denied, not_found, not_unique, same_key
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, dynamic, ownership, rendering, standing, uniqueness
from apps.sandbox.writes.activities import OBJECTS

PERMISSIONS: Mapping[str, frozenset[str]] = {
    "user": frozenset(
        {
            "User.DeleteRestore.All",
            "User.ReadWrite.All",
            "User.ReadWrite.CrossCloud",
            "AgentIdUser.ReadWrite.All",
            "AgentIdUser.ReadWrite.IdentityParentedBy",
        }
    ),
    "group": frozenset({"Group.ReadWrite.All", "Directory.ReadWrite.All"}),
    "application": frozenset(
        {
            "Application.ReadWrite.All",
            "Application.ReadWrite.OwnedBy",
            "Directory.ReadWrite.All",
            "AgentIdentityBlueprint.DeleteRestore.All",
        }
    ),
    "servicePrincipal": frozenset(
        {
            "Application.ReadWrite.All",
            "Application.ReadWrite.OwnedBy",
            "Directory.ReadWrite.All",
            "AgentIdentity.DeleteRestore.All",
            "AgentIdentityBlueprintPrincipal.DeleteRestore.All",
        }
    ),
    "administrativeUnit": frozenset({"AdministrativeUnit.ReadWrite.All"}),
}
"""Family -> permissions each of which is enough; a signed-in user may also act as himself."""
AS_USER = "Directory.AccessAsUser.All"
KEPT = frozenset({"administrativeUnit"})
"""Without a permanent delete in Graph."""
PRINCIPAL_NAME = "newUserPrincipalName"
RECONCILE = "autoReconcileProxyConflict"


def restore(call: Call) -> Answer:
    """POST /directory/deletedItems/{id}/restore: 200 with the object, under its old id."""
    record = _find(call)
    family = base.family_of(record)
    body = call.body if isinstance(call.body, Mapping) else {}
    changes = _check_user(call, record, body) if family == "user" else {}
    _check_conflicts(call, record, family)
    call.directory.restore(record.id)
    if changes:
        call.directory.change(record.id, changes)
    after = base.require(call, record.id)
    audit.record(call, OBJECTS[family]["restore"], [audit.target(after)])
    if family == "user":
        dynamic.place(call, after)
    elif family == "group":
        dynamic.fill(call, after)
    return base.ok(rendering.directory_object(call, after))


def purge(call: Call) -> Answer:
    """DELETE /directory/deletedItems/{id}: for good."""
    record = _find(call)
    family = base.family_of(record)
    if family in KEPT:
        raise denied()
    audit.record(call, OBJECTS[family]["hard-delete"], [audit.target(record)])
    call.directory.purge(record.id)
    return base.no_content()


def _find(call: Call) -> Record:
    """The deleted object, which the caller may restore or purge by the permission for its type."""
    object_id = call.variables["id"]
    record = call.directory.get_deleted(object_id)
    if record is None or base.family_of(record) not in PERMISSIONS:
        raise not_found(object_id)
    family = base.family_of(record)
    enough = PERMISSIONS[family] | ({AS_USER} if call.caller.is_delegated else frozenset())
    if not enough & call.caller.permissions:
        raise denied()
    if family in {"application", "servicePrincipal"} and ownership.owned_only(call):
        raise denied()
    return record


def _check_user(call: Call, record: Record, body: Mapping[str, object]) -> dict[str, object]:
    """Names and addresses that others took meanwhile; the request may give a new name."""
    standing.check_sensitive(call, record.id, ("restore",))
    name = body.get(PRINCIPAL_NAME)
    changes: dict[str, object] = {}
    if name is not None:
        users.check_principal_name(str(name), base.verified_domains(call))
        changes["userPrincipalName"] = name
    held = {"userPrincipalName": name or record.body.get("userPrincipalName")}
    uniqueness.check(call, "user", held, own_id=record.id)
    addresses = list(record.body.get("proxyAddresses") or ())
    free = [address for address in addresses if _is_free(call, address)]
    if len(free) < len(addresses):
        if not body.get(RECONCILE):
            raise not_unique("proxyAddresses")
        changes["proxyAddresses"] = free
    return changes


def _is_free(call: Call, address: str) -> bool:
    return all(
        call.directory.find(family, "proxyAddresses", address) is None
        for family in ("user", "group")
    )


def _check_conflicts(call: Call, record: Record, family: str) -> None:
    body = record.body
    if family == "group" and "Unified" in (body.get("groupTypes") or ()):
        uniqueness.check_nickname(call, body["mailNickname"], own_id=record.id)
    elif family == "application":
        uniqueness.check_identifier_uris(call, body.get("identifierUris") or ())
    elif family == "servicePrincipal":
        app_id = body.get("appId")
        if app_id and call.directory.find("servicePrincipal", "appId", app_id) is not None:
            raise same_key(
                "The service principal cannot be created, updated, or restored because the service "
                f"principal name {app_id} is already in use.",
                "servicePrincipalNames",
            )
