"""Follows navigation properties: stored links and the ones worked out from them."""

from collections.abc import Callable, Iterable

from apps.sandbox.schema import TYPES, Relation
from apps.sandbox.state.records import Record
from apps.sandbox.state.view import View

#: Relations whose sources the target is a "member of".
_MEMBERSHIPS = ("group.members", "administrativeUnit.members", "directoryRole.members")
_OWNERSHIPS = ("group.owners", "application.owners", "servicePrincipal.owners")


def related(view: View, record: Record, name: str) -> list[Record]:
    """The objects behind a navigation property; [] where it has none."""
    relation = TYPES[record.type].relations.get(name)
    if relation is None:
        return []
    if relation.key == "directoryRole.members":
        return _role_members(view, record)
    if relation.key:
        return _records(view, view.targets(relation.key, record.id))
    return _COMPUTED[name](view, record)


def link_count(view: View, record: Record, name: str) -> int | None:
    """How many objects a navigation property has; None if the type has no such."""
    if name not in TYPES[record.type].relations:
        return None
    return len(related(view, record, name))


def relation_of(record: Record, name: str) -> Relation | None:
    """The navigation property of the record's own type."""
    return TYPES[record.type].relations.get(name)


def _records(view: View, ids: Iterable[str]) -> list[Record]:
    found = (view.get(object_id) for object_id in ids)
    return [record for record in found if record is not None]


def _sources(view: View, record: Record, relations: Iterable[str]) -> list[Record]:
    return _records(view, [source for key in relations for source in view.sources(key, record.id)])


def _closure(view: View, record: Record, step: Callable[[Record], list[Record]]) -> list[Record]:
    """Everything reachable, nearest first, each once, the start excepted."""
    seen: dict[str, Record] = {record.id: record}
    edge = [record]
    while edge:
        reached = {found.id: found for near in edge for found in step(near)}
        edge = [found for found in reached.values() if found.id not in seen]
        seen |= {found.id: found for found in edge}
    return list(seen.values())[1:]


def _role_members(view: View, role: Record) -> list[Record]:
    """Members of an activated role: whoever is assigned its definition for the whole tenant."""
    template_id = role.body.get("roleTemplateId", "")
    assigned = view.find_all("unifiedRoleAssignment", "roleDefinitionId", template_id)
    ids = [a.body["principalId"] for a in assigned if a.body.get("directoryScopeId", "/") == "/"]
    return _records(view, dict.fromkeys([*view.targets("directoryRole.members", role.id), *ids]))


def _member_of(view: View, record: Record) -> list[Record]:
    found = {near.id: near for near in _sources(view, record, _MEMBERSHIPS)}
    for assigned in view.find_all("unifiedRoleAssignment", "principalId", record.id):
        if assigned.body.get("directoryScopeId", "/") == "/":
            definition = assigned.body.get("roleDefinitionId", "")
            roles = view.find_all("directoryRole", "roleTemplateId", definition)
            found |= {role.id: role for role in roles}
    return list(found.values())


def _assignments(view: View, record: Record, name: str) -> list[Record]:
    return view.find_all("appRoleAssignment", name, record.id)


def _grants(view: View, record: Record) -> list[Record]:
    name = "principalId" if TYPES[record.type].family == "user" else "clientId"
    return view.find_all("oauth2PermissionGrant", name, record.id)


def _transitive_member_of(view: View, record: Record) -> list[Record]:
    return _closure(view, record, lambda near: _member_of(view, near))


def _transitive_members(view: View, record: Record) -> list[Record]:
    return _closure(
        view, record, lambda near: _records(view, view.targets("group.members", near.id))
    )


_COMPUTED: dict[str, Callable[[View, Record], list[Record]]] = {
    "appRoleAssignedTo": lambda view, record: _assignments(view, record, "resourceId"),
    "appRoleAssignments": lambda view, record: _assignments(view, record, "principalId"),
    "directReports": lambda view, record: _sources(view, record, ("user.manager",)),
    "memberOf": _member_of,
    "oauth2PermissionGrants": _grants,
    "ownedDevices": lambda view, record: _sources(view, record, ("device.registeredOwners",)),
    "ownedObjects": lambda view, record: _sources(view, record, _OWNERSHIPS),
    "registeredDevices": lambda view, record: _sources(view, record, ("device.registeredUsers",)),
    "transitiveMemberOf": _transitive_member_of,
    "transitiveMembers": _transitive_members,
    "group": lambda view, record: _records(view, [record.body.get("groupId", "")]),
    "principal": lambda view, record: _records(view, [record.body.get("principalId", "")]),
    "roleDefinition": lambda view, record: _records(
        view, [record.body.get("roleDefinitionId", "")]
    ),
    "directoryScope": lambda view, record: _records(
        view, [str(record.body.get("directoryScopeId", "")).rpartition("/")[2]]
    ),
    "authenticationMethodConfigurations": lambda view, _record: list(
        view.of_type("authenticationMethodConfiguration")
    ),
}
