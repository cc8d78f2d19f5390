"""The rules of roles in Privileged Identity Management: what a role begins with, what fits.

https://learn.microsoft.com/graph/identity-governance-pim-rules-overview
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.rules.refusals import policy_refusal

PREFIX = "#microsoft.graph.unifiedRoleManagementPolicy"
ENABLED = frozenset({"MultiFactorAuthentication", "Justification", "Ticketing"})
LEVELS = frozenset({"None", "Critical", "All"})
_WHEN = (("Admin", "Eligibility"), ("Admin", "Assignment"), ("EndUser", "Assignment"))
_DURATION = re.compile(r"P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?)?\Z")


@cache
def beginning() -> tuple[dict[str, Any], ...]:
    """The 17 rules that every role has until somebody changes one."""
    return tuple(_beginning())


def rules_of(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All rules of a policy, of which only those that were changed are kept."""
    changed = {one["id"]: one for one in body.get("rules") or ()}
    return [changed.get(one["id"], one) for one in beginning()]


def policy_id(scope_type: str, of: str, number: str) -> str:
    """As Graph spells it. of: the tenant's id, or the group's."""
    return f"{scope_type}_{of}_{number}"


def beginning_of(scope_type: str, scope: str, role: str, policy: str) -> dict[str, Any]:
    """What is kept of settings that nobody has changed."""
    return {
        "policyId": policy,
        "roleDefinitionId": role,
        "scopeId": scope,
        "scopeType": scope_type,
    }


def check(call: Call, rule: Mapping[str, Any]) -> None:
    """Refuse values that no rule has. rule: as it would be."""
    if not set(rule.get("enabledRules") or ()) <= ENABLED:
        raise policy_refusal("Invalid value specified for property 'enabledRules'.")
    if rule.get("notificationLevel", "All") not in LEVELS:
        raise policy_refusal("Invalid value specified for property 'notificationLevel'.")
    if "isExpirationRequired" in rule and not _DURATION.match(str(rule.get("maximumDuration"))):
        raise policy_refusal("Invalid value specified for property 'maximumDuration'.")
    for approver in approvers(rule):
        if not is_there(call, approver):
            raise policy_refusal("The approver does not exist.")


def approvers(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whoever a rule names to approve."""
    for stage in (rule.get("setting") or {}).get("approvalStages") or ():
        yield from stage.get("primaryApprovers") or ()
        yield from stage.get("escalationApprovers") or ()


def is_there(call: Call, subject: Mapping[str, Any]) -> bool:
    """Whether the user, the group or the organisation that a subject set names exists."""
    names = ("userId", "groupId", "connectedOrganizationId")
    ids = [str(subject[name]) for name in names if subject.get(name)]
    return all(call.directory.get(one) is not None for one in ids)


def _beginning() -> Iterator[dict[str, Any]]:
    for caller, level in _WHEN:
        target = _target(caller, level)
        yield _rule("Expiration", caller, level, target) | _expiration(caller, level)
        asked = [] if level == "Eligibility" else ["MultiFactorAuthentication", "Justification"]
        yield _rule("Enablement", caller, level, target) | {"enabledRules": asked}
        for recipient in ("Admin", "Requestor", "Approver"):
            yield _rule("Notification", caller, level, target, recipient) | {
                "notificationType": "Email",
                "recipientType": recipient,
                "notificationLevel": "All",
                "isDefaultRecipientsEnabled": True,
                "notificationRecipients": [],
            }
    target = _target("EndUser", "Assignment")
    stage = {
        "approvalStageTimeOutInDays": 1,
        "isApproverJustificationRequired": True,
        "escalationTimeInMinutes": 0,
        "primaryApprovers": [],
        "isEscalationEnabled": False,
        "escalationApprovers": [],
    }
    yield _rule("Approval", "EndUser", "Assignment", target) | {
        "setting": {
            "isApprovalRequired": False,
            "isApprovalRequiredForExtension": False,
            "isRequestorJustificationRequired": True,
            "approvalMode": "SingleStage",
            "approvalStages": [stage],
        }
    }
    yield _rule("AuthenticationContext", "EndUser", "Assignment", target) | {
        "isEnabled": False,
        "claimValue": "",
    }


def _expiration(caller: str, level: str) -> dict[str, Any]:
    if caller == "EndUser":
        return {"isExpirationRequired": True, "maximumDuration": "PT8H"}
    longest = "P365D" if level == "Eligibility" else "P180D"
    return {"isExpirationRequired": False, "maximumDuration": longest}


def _rule(
    sort: str, caller: str, level: str, target: dict[str, Any], recipient: str = ""
) -> dict[str, Any]:
    name = "_".join(part for part in (sort, recipient, caller, level) if part)
    return {"@odata.type": f"{PREFIX}{sort}Rule", "id": name, "target": target}


def _target(caller: str, level: str) -> dict[str, Any]:
    return {
        "caller": caller,
        "operations": ["all"],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    }
