"""Requests that make, change and end eligibilities and assignments of groups.

https://learn.microsoft.com/graph/api/privilegedaccessgroup-post-eligibilityschedulerequests
https://learn.microsoft.com/graph/api/privilegedaccessgroup-post-assignmentschedulerequests
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads.privileged import check_p2
from apps.sandbox.graph.reads.privileged_groups import ASSIGNMENT, ELIGIBILITY, RESOURCE
from apps.sandbox.graph.reads.role_settings import ASSIGNMENT as SETTING
from apps.sandbox.graph.reads.role_settings import GROUP
from apps.sandbox.rules import eligibilities, role_settings
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, references
from apps.sandbox.writes.activities import Activity
from apps.sandbox.writes.role_eligibilities import schedule_of

REQUEST = "privilegedAccessGroupEligibilityScheduleRequest"
# What refusals call it.
_SAID = "PrivilegedAccessGroupScheduleRequest"
NAMES = ("groupId", "principalId", "accessId")
_RELATIONS = {"member": "group.members", "owner": "group.owners"}
_WORDS = {ELIGIBILITY: "eligible", ASSIGNMENT: "active"}


def requests(type_name: str) -> Callable[[Call], Answer]:
    """POST of a request about one sort of schedule: 201, carried out at once."""

    def handler(call: Call) -> Answer:
        check_p2(call)
        body = base.body_of(call)
        values = check_body(TYPES[REQUEST], body, base.rights(call, creating=True), DIRECTORY)
        for name in ("action", *NAMES):
            if not values.get(name):
                raise required(name, _SAID)
        act = {"adminAssign": _assign, "adminUpdate": _update, "adminRemove": _remove}.get(
            values["action"]
        )
        if act is None:
            raise bad_request(f"The action '{values['action']}' is not allowed for this caller.")
        schedule_id, status = act(call, type_name, values)
        shown = {
            "@odata.context": f"{call.root}/$metadata#{call.path.strip('/')}/$entity",
            **values,
            "id": base.new_id(),
            "targetScheduleId": schedule_id,
            "status": status,
            "createdDateTime": base.now(call),
        }
        return Answer(201, shown, is_write=True)

    return handler


def follow_link(call: Call, relation: str, group: Record, target_id: str, *, added: bool) -> None:
    """In a group that is looked after, whoever becomes a member or owner by other ways has a
    schedule without an end, and whoever is taken out has none."""
    access = next((one for one, name in _RELATIONS.items() if name == relation), "")
    if not access or call.directory.get(resource_id(group.id)) is None:
        return
    values = {"groupId": group.id, "principalId": target_id, "accessId": access}
    held = _held(call, ASSIGNMENT, values)
    if added and held is None:
        never = {"type": "noExpiration", "endDateTime": None, "duration": None}
        info = {"startDateTime": base.now(call), "recurrence": None, "expiration": never}
        _store(call, ASSIGNMENT, values, info)
    elif held is not None and not added:
        call.directory.purge(held.id)


def resource_id(group_id: str) -> str:
    """Where it is kept that a group is looked after."""
    return f"privileged:{group_id}"


def look_after(directory: Directory, group_id: str, number: Callable[[], str]) -> None:
    """Begin to look after a group: its members and owners have settings from then on."""
    if directory.get(resource_id(group_id)) is None:
        directory.add(RESOURCE, {"groupId": group_id}, object_id=resource_id(group_id))
    held = {
        one.body["roleDefinitionId"] for one in directory.find_all(SETTING, "scopeId", group_id)
    }
    for access in _RELATIONS:
        if access not in held:
            policy = role_settings.policy_id(GROUP, group_id, number())
            beginning = role_settings.beginning_of(GROUP, group_id, access, policy)
            directory.add(SETTING, beginning, object_id=f"{group_id}_{access}")


def _assign(call: Call, type_name: str, values: Mapping[str, Any]) -> tuple[str, str]:
    group, principal = _ends(call, values)
    if _held(call, type_name, values) is not None:
        raise eligibilities.exists()
    schedule = schedule_of(call, values, _SAID)
    look_after(call.directory, group.id, base.new_id)
    schedule_id = _store(call, type_name, values, schedule)
    relation = _RELATIONS[values["accessId"]]
    if type_name == ASSIGNMENT and not call.directory.has_link(relation, group.id, principal.id):
        call.directory.link(relation, group.id, principal.id)
        references.record_link(call, relation, group, principal, added=True)
    _record(call, f"Add {_WORDS[type_name]} member to group in PIM completed", principal, group)
    return schedule_id, "Provisioned"


def _update(call: Call, type_name: str, values: Mapping[str, Any]) -> tuple[str, str]:
    group, principal = _ends(call, values)
    held = _held(call, type_name, values)
    if held is None:
        raise eligibilities.absent()
    changes = {"scheduleInfo": schedule_of(call, values, _SAID), "modifiedDateTime": base.now(call)}
    call.directory.change(held.id, changes)
    _record(call, f"Update {_WORDS[type_name]} member in PIM completed", principal, group)
    return held.id, "Provisioned"


def _remove(call: Call, type_name: str, values: Mapping[str, Any]) -> tuple[str, str]:
    held = _held(call, type_name, values)
    if held is None:
        raise eligibilities.absent()
    group, principal = _ends(call, values)
    relation = _RELATIONS[values["accessId"]]
    call.directory.purge(held.id)
    if type_name == ASSIGNMENT and call.directory.has_link(relation, group.id, principal.id):
        call.directory.unlink(relation, group.id, principal.id)
        references.record_link(call, relation, group, principal, added=False)
    _record(
        call, f"Remove {_WORDS[type_name]} member from group in PIM completed", principal, group
    )
    return held.id, "Revoked"


def _ends(call: Call, values: Mapping[str, Any]) -> tuple[Record, Record]:
    group, principal = call.view.get(values["groupId"]), call.view.get(values["principalId"])
    if group is None or base.family_of(group) != "group":
        raise eligibilities.no_resource()
    if principal is None or base.family_of(principal) not in {"user", "group"}:
        raise eligibilities.no_subject()
    if group.body.get("onPremisesSyncEnabled"):
        raise bad_request("Groups from on-premises cannot be managed in PIM.")
    if "DynamicMembership" in (group.body.get("groupTypes") or ()):
        raise bad_request("Groups with dynamic membership cannot be managed in PIM.")
    return group, principal


def _held(call: Call, type_name: str, values: Mapping[str, Any]) -> Record | None:
    found = call.directory.find_all(type_name, "principalId", values["principalId"])
    return next((one for one in found if all(one.body[n] == values[n] for n in NAMES)), None)


def _store(call: Call, type_name: str, values: Mapping[str, Any], info: dict[str, Any]) -> str:
    stored: dict[str, Any] = {
        **{name: values[name] for name in NAMES},
        "createdDateTime": base.now(call),
        "createdUsing": base.new_id(),
        "memberType": "direct",
        "scheduleInfo": info,
        "status": "Provisioned",
    }
    if type_name == ASSIGNMENT:
        stored["assignmentType"] = "assigned"
    schedule_id = f"{values['groupId']}_{values['accessId']}_{base.new_id()}"
    return call.directory.add(type_name, stored, object_id=schedule_id)


def _record(call: Call, name: str, principal: Record, group: Record) -> None:
    activity = Activity(name, "GroupManagement", "Assign", "PIM")
    audit.record(call, activity, [audit.target(principal), audit.target(group)])
