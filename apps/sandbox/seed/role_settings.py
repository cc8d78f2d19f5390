"""How roles may be activated and given, where the tenant has Privileged Identity Management."""

from typing import Any

from apps.sandbox.rules import role_settings
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.roles import template_id
from apps.sandbox.writes.role_settings import beginning

TYPE = "unifiedRoleManagementPolicyAssignment"


def add_role_settings(draft: Draft) -> None:
    """Give every role its settings; those of the highest ask for more than Microsoft's."""
    if "AAD_PREMIUM_P2" not in draft.directory.licences:
        return
    changed = {
        template_id("Global Administrator"): _strict(draft),
        template_id("Privileged Role Administrator"): _strict(draft)[:2],
    }
    for definition in list(draft.directory.of_type("unifiedRoleDefinition")):
        number = draft.guid("roleManagementPolicy", definition.id)
        body = beginning(draft.directory.tenant_id, definition.id, number)
        if rules := changed.get(definition.id):
            body["rules"] = rules
        draft.add(TYPE, body, definition.id)


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
