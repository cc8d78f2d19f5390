"""Writes of lifecycle workflows.

https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-workflows
https://learn.microsoft.com/graph/api/identitygovernance-workflow-update
https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-post-customtaskextensions
https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-update
https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-update
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads.privileged import check_p2
from apps.sandbox.graph.reads.workflows import EXTENSION, SETTINGS, TYPE
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.refusals import bad_request, policy_refusal, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import Activity

MOST = 100
LONGEST = 24
"""Hours between two runs of scheduled workflows, at most."""
_REQUIRED = ("category", "displayName", "executionConditions", "tasks")


def create(call: Call) -> Answer:
    """POST of the collection: 201."""
    check_p2(call)
    values = _whole(call, base.body_of(call), None)
    if call.directory.count(TYPE) >= MOST:
        raise bad_request("The maximum number of workflows has been reached.")
    now = base.now(call)
    switches = {"isEnabled": False, "isSchedulingEnabled": False}
    stored = {**switches, **values, "version": 1, "createdDateTime": now}
    made = call.directory.add(TYPE, {**stored, "lastModifiedDateTime": now})
    record = base.require(call, made)
    _record(call, "Create", record, {}, values)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH: 204; conditions and tasks take a new version."""
    check_p2(call)
    record = base.live(call, TYPE, call.variables["id"])
    rights = base.rights(call, creating=False)
    values = check_body(TYPES[TYPE], base.body_of(call), rights, POLICY)
    _check_name(call, values, record)
    _change(call, record, values)
    return base.no_content()


def create_version(call: Call) -> Answer:
    """POST .../createNewVersion: 200 with the workflow, which keeps its id."""
    check_p2(call)
    record = base.live(call, TYPE, call.variables["id"])
    given = base.body_of(call).get("workflow")
    if not isinstance(given, Mapping):
        raise required("workflow", TYPE)
    values = _whole(call, given, record)
    if values["category"] != record.body["category"]:
        raise policy_refusal("The category of a workflow cannot be changed.")
    _change(call, record, {**values, "version": int(record.body["version"]) + 1})
    return base.ok(rendering.entity(call, base.require(call, record.id)))


def delete(call: Call) -> Answer:
    """DELETE: 204."""
    check_p2(call)
    record = base.live(call, TYPE, call.variables["id"])
    _record(call, "Delete", record, {}, {})
    call.directory.purge(record.id)
    return base.no_content()


def create_extension(call: Call) -> Answer:
    """POST /identityGovernance/lifecycleWorkflows/customTaskExtensions: 201."""
    check_p2(call)
    rights = base.rights(call, creating=True)
    values = check_body(TYPES[EXTENSION], base.body_of(call), rights, POLICY)
    if not values.get("displayName"):
        raise required("displayName", EXTENSION)
    held = call.directory.of_type(EXTENSION)
    if any(one.body["displayName"] == values["displayName"] for one in held):
        raise policy_refusal("There is a custom task extension of this name already.")
    now = base.now(call)
    made = call.directory.add(
        EXTENSION, {**values, "createdDateTime": now, "lastModifiedDateTime": now}
    )
    record = base.require(call, made)
    _record(call, "Create", record, {}, values, "custom task extension")
    return base.created(call, record, rendering.entity(call, record))


def update_extension(call: Call) -> Answer:
    """PATCH /identityGovernance/lifecycleWorkflows/customTaskExtensions/{id}: 204."""
    check_p2(call)
    record = base.live(call, EXTENSION, call.variables["id"])
    rights = base.rights(call, creating=False)
    values = check_body(TYPES[EXTENSION], base.body_of(call), rights, POLICY)
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, {**values, "lastModifiedDateTime": base.now(call)})
    _record(call, "Update", record, before, values, "custom task extension")
    return base.no_content()


def delete_extension(call: Call) -> Answer:
    """DELETE /identityGovernance/lifecycleWorkflows/customTaskExtensions/{id}: 204."""
    check_p2(call)
    record = base.live(call, EXTENSION, call.variables["id"])
    _record(call, "Delete", record, {}, {}, "custom task extension")
    call.directory.purge(record.id)
    return base.no_content()


def update_settings(call: Call) -> Answer:
    """PATCH /identityGovernance/lifecycleWorkflows/settings: 204; both settings are required."""
    check_p2(call)
    rights = base.rights(call, creating=False)
    values = check_body(TYPES[SETTINGS], base.body_of(call), rights, POLICY)
    for name in ("emailSettings", "workflowScheduleIntervalInHours"):
        if values.get(name) is None:
            raise required(name, SETTINGS)
    if not 1 <= values["workflowScheduleIntervalInHours"] <= LONGEST:
        raise policy_refusal("The workflow schedule interval is out of range.")
    (record,) = call.directory.of_type(SETTINGS)
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, values)
    _record(call, "Update", record, before, values, "lifecycle management settings")
    return base.no_content()


def numbered(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tasks as they are kept: in their order, each with an id."""
    return [
        {"arguments": [], **task, "id": base.new_id(), "executionSequence": number}
        for number, task in enumerate(tasks, start=1)
    ]


def _whole(call: Call, given: Mapping[str, Any], held: Record | None) -> dict[str, Any]:
    rights = base.rights(call, creating=True)
    values = check_body(TYPES[TYPE], given, rights, POLICY)
    for name in _REQUIRED:
        if not values.get(name):
            raise required(name, TYPE)
    if any(task.get("id") for task in values["tasks"]):
        raise policy_refusal("The id of a task cannot be set.")
    _check_name(call, values, held)
    return {**values, "tasks": numbered(values["tasks"])}


def _check_name(call: Call, values: Mapping[str, Any], held: Record | None) -> None:
    name = values.get("displayName")
    for other in call.directory.of_type(TYPE):
        if name and other.body["displayName"] == name and (held is None or other.id != held.id):
            raise policy_refusal("There is a workflow of this name already.")


def _change(call: Call, record: Record, values: Mapping[str, Any]) -> None:
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, {**values, "lastModifiedDateTime": base.now(call)})
    _record(call, "Update", record, before, values)


def _record(
    call: Call,
    verb: str,
    record: Record,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    noun: str = "workflow",
) -> None:
    activity = Activity(f"{verb} {noun}", "WorkflowManagement", verb, "Lifecycle Workflows")
    audit.record(call, activity, [audit.target(record, audit.changes(before, after))])
