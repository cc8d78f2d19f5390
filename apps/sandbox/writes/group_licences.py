"""Licences that a group hands on to its members.

https://learn.microsoft.com/graph/api/group-assignlicense
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.refusals import bad_request
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, references, rendering
from apps.sandbox.writes.activities import GROUP_LICENCES

ACCEPTED = 202


def assign(call: Call) -> Answer:
    """POST /groups/{id}/assignLicense: 202 with the group; members follow at once."""
    group = base.live(call, "group", call.variables["id"])
    references.check_group_permission(call, group)
    body = base.body_of(call)
    added, removed = licensing.asked(body)
    before = group.body.get("assignedLicenses") or []
    held = {licence["skuId"]: licence for licence in before}
    for sku_id in removed:
        if held.pop(sku_id, None) is None:
            raise bad_request(f"Group does not have a corresponding license: {sku_id}.")
    for licence in added:
        sku_id = str(licence.get("skuId"))
        licensing.check_sku(call, sku_id)
        held[sku_id] = {"skuId": sku_id, "disabledPlans": licence.get("disabledPlans") or []}
    after = base.change(call, group, {"assignedLicenses": list(held.values())})
    change = audit.Modified("assignedLicenses", before, list(held.values()))
    audit.record(call, GROUP_LICENCES, [audit.target(after, [change])])
    for member_id in call.directory.targets("group.members", group.id):
        member = call.directory.get(member_id)
        if member is not None and base.family_of(member) == "user":
            _hand_on(call, after, member)
    return Answer(ACCEPTED, rendering.entity(call, after), is_write=True)


def _hand_on(call: Call, group: Record, member: Record) -> None:
    """The member's licences: those given directly or by other groups, and this group's."""
    states = member.body.get("licenseAssignmentStates") or []
    others = [state for state in states if state.get("assignedByGroup") != group.id]
    own = [_state(call, group, licence) for licence in group.body.get("assignedLicenses") or ()]
    licences: dict[str, Any] = {}
    for state in (*others, *own):
        plans = state.get("disabledPlans") or []
        licences.setdefault(state["skuId"], {"skuId": state["skuId"], "disabledPlans": plans})
    call.directory.change(
        member.id,
        {
            "assignedLicenses": list(licences.values()),
            "licenseAssignmentStates": [*others, *own],
        },
    )


def _state(call: Call, group: Record, licence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "skuId": licence["skuId"],
        "disabledPlans": licence["disabledPlans"],
        "assignedByGroup": group.id,
        "state": "Active",
        "error": "None",
        "lastUpdatedDateTime": base.now(call),
    }
