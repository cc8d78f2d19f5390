"""How roles may be activated and given, where the tenant has Privileged Identity Management."""

from typing import Any

from apps.sandbox.rules import role_settings
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.roles import template_id
from apps.sandbox.writes.role_settings import beginning

TYPE = "unifiedRoleManagementPolicyAssignment"


def add_role_settings(draft: Draft) -> None:
    """Give every role its settings; those of the highest ask for more than Microsoft's."""
    if not add_missing(draft):
        return
    for role, rules in (
        ("Global Administrator", _strict(draft)),
        ("Privileged Role Administrator", _strict(draft)[:2]),
    ):
        draft.directory.change(draft.guid(TYPE, template_id(role)), {"rules": rules})


def add_missing(draft: Draft) -> int:
    """Give each role that has none the settings that every role begins with; how many it were."""
    directory = draft.directory
    if "AAD_PREMIUM_P2" not in directory.licences:
        return 0
    held = {one.body["roleDefinitionId"] for one in directory.of_type(TYPE)}
    without = [one.id for one in directory.of_type("unifiedRoleDefinition") if one.id not in held]
    for definition in without:
        number = draft.guid("roleManagementPolicy", definition)
        draft.add(TYPE, beginning(directory.tenant_id, definition, number), definition)
    return len(without)


def _strict(draft: Draft) -> list[dict[str, Any]]:
    by_id = {one["id"]: one for one in role_settings.beginning()}
    approval = by_id["Approval_EndUser_Assignment"]
    stage = {
        **approval["setting"]["approvalStages"][0],
        "primaryApprovers": [
            {
                "@odata.type": "#microsoft.graph.groupMembers",
                "description": "Break-glass accounts",
                "groupId": draft.groups["break-glass"],
            },
            {
                "@odata.type": "#microsoft.graph.singleUser",
                "description": "Head of IT",
                "userId": draft.cast["it-head"],
            },
        ],
    }
    setting = {**approval["setting"], "isApprovalRequired": True, "approvalStages": [stage]}
    told = by_id["Notification_Admin_EndUser_Assignment"]
    return [
        {**by_id["Expiration_EndUser_Assignment"], "maximumDuration": "PT1H"},
        {
            **by_id["Enablement_EndUser_Assignment"],
            "enabledRules": ["MultiFactorAuthentication", "Justification", "Ticketing"],
        },
        {**approval, "setting": setting},
        {**told, "notificationRecipients": [f"security@{draft.organisation.domain}"]},
    ]
