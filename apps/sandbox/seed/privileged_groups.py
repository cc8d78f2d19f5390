"""A group that Privileged Identity Management looks after, where the tenant has it."""

from typing import Any
from uuid import uuid4

from apps.sandbox.graph.reads.privileged_groups import ASSIGNMENT, ELIGIBILITY
from apps.sandbox.graph.reads.role_settings import ASSIGNMENT as SETTING
from apps.sandbox.rules import role_settings
from apps.sandbox.seed.draft import Draft
from apps.sandbox.state.directory import Directory
from apps.sandbox.writes.privileged_groups import look_after

_SINCE = "2026-01-05T08:00:00Z"
_NEVER = {"type": "noExpiration", "endDateTime": None, "duration": None}
_SOME_DAY = {"type": "afterDateTime", "endDateTime": "2035-01-05T08:00:00Z", "duration": None}


def add_privileged_groups(draft: Draft) -> None:
    """Let people become readers of everything; whoever is one already has a schedule as well."""
    if "AAD_PREMIUM_P2" not in draft.directory.licences:
        return
    group = draft.groups["global-readers"]
    numbers = (draft.guid("roleManagementPolicy", group, one) for one in ("member", "owner"))
    look_after(draft.directory, group, numbers.__next__)
    _make_strict(draft, group)
    for person, access, end in (
        ("finance-head", "member", _SOME_DAY),
        ("identity-engineer", "owner", _NEVER),
    ):
        _add(draft, ELIGIBILITY, group, draft.cast[person], access, end)
    for relation, access in (("group.members", "member"), ("group.owners", "owner")):
        for principal in list(draft.directory.targets(relation, group)):
            end = _SOME_DAY if principal == draft.cast["hr-head"] else _NEVER
            _add(draft, ASSIGNMENT, group, principal, access, end)


def add_missing(directory: Directory) -> None:
    """Look after every group of which there is a schedule."""
    for type_name in (ELIGIBILITY, ASSIGNMENT):
        for group in {str(one.body.get("groupId")) for one in directory.of_type(type_name)}:
            look_after(directory, group, lambda: str(uuid4()))


def _make_strict(draft: Draft, group: str) -> None:
    """Members are let in by the head of IT, for two hours."""
    by_id = {one["id"]: one for one in role_settings.beginning()}
    approval = by_id["Approval_EndUser_Assignment"]
    approver = {
        "@odata.type": "#microsoft.graph.singleUser",
        "description": "Head of IT",
        "userId": draft.cast["it-head"],
    }
    stage = {**approval["setting"]["approvalStages"][0], "primaryApprovers": [approver]}
    setting = {**approval["setting"], "isApprovalRequired": True, "approvalStages": [stage]}
    rules = [
        {**by_id["Expiration_EndUser_Assignment"], "maximumDuration": "PT2H"},
        {**approval, "setting": setting},
    ]
    for one in draft.directory.find_all(SETTING, "scopeId", group):
        if one.body["roleDefinitionId"] == "member":
            draft.directory.change(one.id, {"rules": rules})


def _add(
    draft: Draft, type_name: str, group: str, principal: str, access: str, end: dict[str, Any]
) -> None:
    body: dict[str, Any] = {
        "accessId": access,
        "createdDateTime": _SINCE,
        "groupId": group,
        "memberType": "direct",
        "principalId": principal,
        "scheduleInfo": {"startDateTime": _SINCE, "recurrence": None, "expiration": end},
        "status": "Provisioned",
    }
    if type_name == ASSIGNMENT:
        body["assignmentType"] = "assigned"
    number = draft.guid(type_name, principal, access)
    draft.directory.add(type_name, body, object_id=f"{group}_{access}_{number}")
