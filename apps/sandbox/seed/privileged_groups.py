"""A group that Privileged Identity Management looks after, where the tenant has it."""

from typing import Any

from apps.sandbox.graph.reads.privileged_groups import ASSIGNMENT, ELIGIBILITY, RESOURCE
from apps.sandbox.seed.draft import Draft
from apps.sandbox.state.directory import Directory
from apps.sandbox.writes.privileged_groups import resource_id

_SINCE = "2026-01-05T08:00:00Z"
_NEVER = {"type": "noExpiration", "endDateTime": None, "duration": None}
_SOME_DAY = {"type": "afterDateTime", "endDateTime": "2035-01-05T08:00:00Z", "duration": None}


def add_privileged_groups(draft: Draft) -> None:
    """Let people become readers of everything; whoever is one already has a schedule as well."""
    if "AAD_PREMIUM_P2" not in draft.directory.licences:
        return
    group = draft.groups["global-readers"]
    draft.directory.add(RESOURCE, {"groupId": group}, object_id=resource_id(group))
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
            if directory.get(resource_id(group)) is None:
                directory.add(RESOURCE, {"groupId": group}, object_id=resource_id(group))


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
