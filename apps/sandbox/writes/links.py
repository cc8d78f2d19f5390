"""Requests on `$ref`: add and remove one reference of a relation."""

from __future__ import annotations

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.rules import relations
from apps.sandbox.rules.refusals import not_referenced
from apps.sandbox.state.records import Record
from apps.sandbox.writes import base, ownership, privileged_groups, references, roles

FAMILIES = {
    "users": "user",
    "groups": "group",
    "applications": "application",
    "serviceprincipals": "servicePrincipal",
    "administrativeunits": "administrativeUnit",
    "directoryroles": "directoryRole",
}


def add(call: Call) -> Answer:
    """POST .../{relation}/$ref: 204."""
    source, relation = _source(call)
    target = references.from_body(call, relation)
    if relation == "directoryRole.members":
        roles.add_member(call, source, target)
    else:
        references.add(call, relation, source, [target])
        privileged_groups.follow_link(call, relation, source, target.id, added=True)
    return base.no_content()


def remove(call: Call) -> Answer:
    """DELETE .../{relation}/{target}/$ref, or .../{relation}/$ref?@id={address}: 204."""
    source, relation = _source(call)
    target_id = call.variables.get("target") or _addressed(call, relation)
    if relation == "directoryRole.members":
        roles.remove_member(call, source, target_id)
    else:
        references.remove(call, relation, source, target_id)
        privileged_groups.follow_link(call, relation, source, target_id, added=False)
    return base.no_content()


def set_manager(call: Call) -> Answer:
    """PUT /users/{id}/manager/$ref: 204; takes the place of the manager there is."""
    user = base.live(call, "user", call.variables["id"])
    references.set_manager(call, user, references.from_body(call, references.MANAGER))
    return base.no_content()


def remove_manager(call: Call) -> Answer:
    """DELETE /users/{id}/manager/$ref: 204."""
    user = base.live(call, "user", call.variables["id"])
    held = list(call.directory.targets(references.MANAGER, user.id))
    if not held:
        raise not_referenced("manager")
    references.remove(call, references.MANAGER, user, held[0])
    return base.no_content()


def _addressed(call: Call, relation: str) -> str:
    """The target that the @id of the query names."""
    address = call.option("@id") or call.option("$id")
    if not address:
        raise GraphError(400, "BadRequest", references.NO_ADDRESS)
    return relations.parse_reference(address, references.name_of(relation))[1]


def _source(call: Call) -> tuple[Record, str]:
    """The object whose relation is written, and the relation: `group.members`."""
    plain = [segment.lower() for segment in call.segments]
    if plain[0] == "directory":
        plain = plain[1:]
    family = FAMILIES[plain[0]]
    record = base.live(call, family, call.variables["id"])
    if family in {"application", "servicePrincipal"}:
        ownership.check(call, record)
    return record, f"{family}.{plain[2]}"
