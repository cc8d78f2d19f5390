"""How roles and groups may be activated and given: rules of Privileged Identity Management.

Each role has one policy, and so have membership and ownership of each group that is looked after,
from the start and for good; the 17 rules are changed one by one. The policy gets another id when it
is changed, so that the role, or the group, says which settings they are.
https://learn.microsoft.com/graph/identity-governance-pim-rules-overview
https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-update
"""

from typing import Final

from apps.entra.catalogue.build import GRAPH_DOCS, read_only, stamps
from apps.entra.catalogue.model import (
    Beside,
    Clearing,
    Dependence,
    Kind,
    Lane,
    Owners,
    Property,
    Reference,
    Unrestorable,
    Writability,
)

# The groups that are looked after, which beta alone names.
LOOKED_AFTER: Final = "/identityGovernance/privilegedAccess/group/resources"
_APPROVAL: Final = "Approval_EndUser_Assignment"
_CONTEXT: Final = "AuthenticationContext_EndUser_Assignment"
_STRICT: Final = "Decides what it takes to become an administrator."
_OF_A_GROUP: Final = "Decides what it takes to get into the group, and into whatever that opens."
_TOLD: Final = tuple(
    f"Notification_{recipient}_{of}"
    for of in ("Admin_Eligibility", "Admin_Assignment", "EndUser_Assignment")
    for recipient in ("Admin", "Requestor", "Approver")
)
_ASKED: Final = (
    "Expiration_Admin_Eligibility",
    "Enablement_Admin_Eligibility",
    "Expiration_Admin_Assignment",
    "Enablement_Admin_Assignment",
    "Expiration_EndUser_Assignment",
    "Enablement_EndUser_Assignment",
    _CONTEXT,
    _APPROVAL,
)
# In the order in which they are written, each after the one before.
RULES: Final = (*_ASKED, *_TOLD)
_APPROVERS: Final = tuple(
    f"setting.approvalStages[].{who}" for who in ("primaryApprovers", "escalationApprovers")
)


def _rules(sensitive: str) -> tuple[Property, ...]:
    return tuple(
        Property(
            name,
            write=Writability.OWN_REQUEST,
            clear=Clearing.NEVER,
            within="policy.rules",
            # A person's name beside his id.
            write_without=tuple(f"{one}[].description" for one in _APPROVERS)
            if name == _APPROVAL
            else (),
            sensitive=sensitive if name in _ASKED else "",
        )
        for name in RULES
    )


_NAMED: Final = (
    Reference(f"{_CONTEXT}.claimValue", "authenticationContextClassReference"),
    *(
        Reference(f"{_APPROVAL}.{who}[].{name}", kind)
        for who in _APPROVERS
        for name, kind in (("userId", "user"), ("groupId", "group"), ("id", "directoryObject"))
    ),
)
_LICENCE: Final = "Entra ID P2 or Entra ID Governance."
_ASSIGNMENTS: Final = "/policies/roleManagementPolicyAssignments"
_OF_ROLES: Final = "scopeId eq '/' and scopeType eq 'DirectoryRole'"

ROLE_SETTING = Kind(
    name="roleSetting",
    graph_type="unifiedRoleManagementPolicyAssignment",
    lane=Lane.GOVERNANCE,
    title="Role settings",
    version="v1.0",
    list_path=f"{_ASSIGNMENTS}?$filter={_OF_ROLES}",
    item_path=f"{_ASSIGNMENTS}?$filter={_OF_ROLES} and roleDefinitionId eq '{{id}}'",
    expansion="policy($expand=rules)",
    key="roleDefinitionId",
    key_prefix="roleSetting:",
    deletable=False,
    properties=(
        *_rules(_STRICT),
        *stamps("displayName"),
        *read_only("roleDefinitionId", reason="Says which role they are the settings of."),
        *read_only("scopeId", "scopeType"),
        *stamps("policyId"),
    ),
    # RoleManagementPolicy.* would be narrower, but these are asked for anyway.
    read_permission=("RoleManagement.Read.Directory",),
    write_permission=("RoleManagement.ReadWrite.Directory",),
    documentation=f"{GRAPH_DOCS}unifiedrolemanagementpolicyassignment",
    order=61,
    supports_select=False,
    page_size=None,
    together=True,
    identity=("id", "roleDefinitionId"),
    label_properties=("displayName", "roleDefinitionId"),
    beside=Beside(
        "/roleManagement/directory/roleDefinitions?$select=id,displayName",
        by="id",
        properties=("displayName",),
    ),
    references=(Reference("roleDefinitionId", "roleDefinition"), *_NAMED),
    lives_with=(Dependence("roleDefinitionId", "roleDefinition"),),
    licence=_LICENCE,
    sensitive=_STRICT,
    unrestorable=(
        Unrestorable("themselves", "Every role has them from the start, and as long as it is."),
        Unrestorable(
            "a role that was made anew",
            "It begins with Microsoft's settings: write the old ones to it by hand.",
        ),
    ),
)

_OF_GROUP: Final = "scopeId eq '{scopeId}' and scopeType eq 'Group'"

GROUP_ROLE_SETTING = Kind(
    name="groupRoleSetting",
    graph_type="unifiedRoleManagementPolicyAssignment",
    lane=Lane.GOVERNANCE,
    title="Settings of privileged groups",
    version="v1.0",
    list_path=f"{_ASSIGNMENTS}?$filter={_OF_GROUP}",
    item_path=f"{_ASSIGNMENTS}?$filter={_OF_GROUP.replace('scopeId}', 'id}')}"
    " and roleDefinitionId eq '{roleDefinitionId}'",
    owners=Owners(LOOKED_AFTER, property="scopeId", version="beta"),
    expansion="policy($expand=rules)",
    key="scopeId",
    key_with="roleDefinitionId",
    deletable=False,
    properties=(
        *_rules(_OF_A_GROUP),
        *read_only("scopeId", reason="Says which group they are the settings of."),
        *read_only("roleDefinitionId", reason="Says whether they are its members' or its owners'."),
        *read_only("scopeType"),
        *stamps("policyId"),
    ),
    read_permission=(
        "PrivilegedAccess.Read.AzureADGroup",
        "RoleManagementPolicy.Read.AzureADGroup",
    ),
    write_permission=("RoleManagementPolicy.ReadWrite.AzureADGroup",),
    documentation=f"{GRAPH_DOCS}unifiedrolemanagementpolicyassignment",
    order=66,
    supports_select=False,
    page_size=None,
    together=True,
    identity=("id", "scopeId"),
    label_properties=("id",),
    references=(Reference("scopeId", "group"), *_NAMED),
    lives_with=(Dependence("scopeId", "group"),),
    licence=_LICENCE,
    sensitive=_OF_A_GROUP,
    unrestorable=(
        Unrestorable("themselves", "They are there as long as the group is looked after."),
        Unrestorable(
            "a group that was made anew",
            "It begins with Microsoft's settings: write the old ones to it by hand.",
        ),
    ),
)
