"""References between directory objects: `$ref`, `@odata.bind`, and what each relation demands.

https://learn.microsoft.com/graph/api/group-post-members and the pages of the other relations
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.sandbox.graph.context import Call, GraphError
from apps.sandbox.rules import groups, relations
from apps.sandbox.rules.refusals import (
    SYNCED_OBJECT,
    already_referenced,
    bad_request,
    denied,
    not_found,
    not_referenced,
    refused,
)
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import LINKS

ROLE_MANAGEMENT = "RoleManagement.ReadWrite.Directory"
MANAGER = "user.manager"
NO_ADDRESS = "The request body must contain required property, '@odata.id'."


def referenced(call: Call, relation: str, address: object) -> Record:
    """The object at the end of an address. Raises 404 while it is not visible."""
    family, object_id = relations.parse_reference(address, name_of(relation))
    target = call.directory.get(object_id)
    if target is None and family == "user":
        target = call.directory.find("user", "userPrincipalName", object_id)
    if target is None or call.view.get(target.id) is None:
        raise not_found(object_id)
    if family is not None and base.family_of(target) != family:
        raise not_found(object_id)
    return target


def from_body(call: Call, relation: str) -> Record:
    """The object that the body of a POST or PUT on `$ref` names."""
    address = base.body_of(call).get("@odata.id")
    if not address:
        raise GraphError(400, "BadRequest", NO_ADDRESS)
    return referenced(call, relation, address)


def bound(call: Call, relation: str, body: Mapping[str, Any]) -> list[Record]:
    """The objects that `<relation>@odata.bind` of a body names: at most 20 in one request."""
    name = name_of(relation)
    addresses = body.get(f"{name}@odata.bind", [])
    if isinstance(addresses, str):
        addresses = [addresses]
    if not isinstance(addresses, list):
        raise bad_request(f"Invalid URL format specified in @odata.bind for {name} payload.")
    if len(addresses) > relations.BIND_LIMIT:
        raise bad_request(
            f"The number of references in '{name}@odata.bind' exceeds the limit of "
            f"{relations.BIND_LIMIT}."
        )
    if len({str(address).lower() for address in addresses}) != len(addresses):
        raise bad_request("Request contains a property with duplicate values.")
    return [referenced(call, relation, address) for address in addresses]


def add(call: Call, relation: str, source: Record, targets: Iterable[Record]) -> None:
    """Add references after every check has passed for all of them; audit each."""
    found = list(targets)
    _check_source(call, relation, source)
    for target in found:
        if call.directory.has_link(relation, source.id, target.id):
            raise already_referenced(name_of(relation))
        relations.check_target(relation, source.body, base.family_of(target), target.body)
    held = len(call.directory.targets(relation, source.id))
    relations.check_limit(relation, held + len(found))
    for target in found:
        call.directory.link(relation, source.id, target.id)
        record_link(call, relation, source, target, added=True)


def remove(call: Call, relation: str, source: Record, target_id: str) -> None:
    """Remove one reference; audit it."""
    _check_source(call, relation, source)
    if not call.directory.has_link(relation, source.id, target_id):
        raise not_referenced(name_of(relation))
    if relation == "group.owners":
        _check_last_owner(call, source, target_id)
    call.directory.unlink(relation, source.id, target_id)
    target = call.directory.get(target_id)
    if target is not None:
        record_link(call, relation, source, target, added=False)


def set_manager(call: Call, user: Record, manager: Record) -> None:
    """Put a manager in the place of the one there is. Nobody is his own."""
    held = list(call.directory.targets(MANAGER, user.id))
    if held == [manager.id]:
        return
    _check_source(call, MANAGER, user)
    if manager.id == user.id:
        raise bad_request("A user cannot be set as manager of themselves.")
    relations.check_target(MANAGER, user.body, base.family_of(manager), manager.body)
    for other in held:
        call.directory.unlink(MANAGER, user.id, other)
    add(call, MANAGER, user, [manager])


def record_link(call: Call, relation: str, source: Record, target: Record, *, added: bool) -> None:
    """The audit record of a reference: its target first, then the object that holds it."""
    kind = base.family_of(source)[0].upper() + base.family_of(source)[1:]
    names = [f"{kind}.ObjectID", f"{kind}.DisplayName"]
    values = [source.id, source.body.get("displayName")]
    modified = [
        audit.Modified(name, None if added else value, value if added else None)
        for name, value in zip(names, values, strict=True)
    ]
    audit.record(
        call,
        LINKS[relation][0 if added else 1],
        [audit.target(target, modified), audit.target(source)],
    )


def name_of(relation: str) -> str:
    """`members` of `group.members`."""
    return relation.partition(".")[2]


def check_group_permission(call: Call, group: Record) -> None:
    """Whatever a role-assignable group holds, holds roles: its writes need role management."""
    if groups.is_role_assignable(group.body) and ROLE_MANAGEMENT not in call.caller.permissions:
        raise denied()


def _check_source(call: Call, relation: str, source: Record) -> None:
    if relation.startswith("group."):
        check_group_permission(call, source)
        if source.body.get("onPremisesSyncEnabled"):
            raise refused(SYNCED_OBJECT)
        groups.check_members_writable(source.body)
        if relation == "group.members":
            groups.check_not_dynamic(source.body)
    elif (
        relation == "administrativeUnit.members" and source.body.get("membershipType") == "Dynamic"
    ):
        raise denied()
    elif relation == MANAGER and source.body.get("onPremisesSyncEnabled"):
        raise refused(SYNCED_OBJECT)


def _check_last_owner(call: Call, group: Record, owner_id: str) -> None:
    """At least one owner stays; a service principal cannot stand in for the last user."""
    others = [
        owner
        for other_id in call.directory.targets("group.owners", group.id)
        if other_id != owner_id and (owner := call.directory.get(other_id)) is not None
    ]
    leaving = call.directory.get(owner_id)
    users = [owner for owner in others if base.family_of(owner) == "user"]
    leaves_user = leaving is not None and base.family_of(leaving) == "user"
    if not others or (leaves_user and not users):
        raise refused(groups.LAST_OWNER)
