"""Rules of the plainer policies and settings."""

from __future__ import annotations

import re
from typing import Any

from apps.sandbox.graph.context import Call, GraphError
from apps.sandbox.rules.refusals import (
    CONFLICTING_OBJECT,
    EXISTS,
    bad_request,
    invalid_value,
    policy_refusal,
    refused,
)
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record

ASSIGNED_ALREADY = (
    "One or more added object references already exist for the following modified properties: "
    "'policies'."
)
OWN = re.compile(r"[A-Za-z0-9_-]+\Z")
CONTEXT = re.compile(r"c([1-9]|[1-9][0-9])\Z")
GROUP_TEMPLATES = {
    "62375ab9-6b52-47ed-826b-58e47e0e304b": "Group.Unified",
    "08d542b9-071f-4e16-94b0-74abb372e3d9": "Group.Unified.Guest",
    "4bc7f740-180e-4586-adb6-38b2e9024e6b": "Application",
    "898f1161-d651-43d1-805c-3b0b388a9fc2": "Custom Policy Settings",
    "80661d51-be2f-4d46-9713-98a2fcaec5bc": "Prohibited Names Settings",
    "aad3907d-1d1a-448b-b3ef-7bf7f63db63b": "Prohibited Names Restricted Settings",
    "5cf42378-d67d-4f36-ba46-e8b86229381d": "Password Rule Settings",
    "dffd5d46-495d-40a9-8e21-954ff55e198a": "Consent Policy Settings",
}
"""https://learn.microsoft.com/graph/group-directory-settings"""
CLOUDS = frozenset({"microsoftonline.com", "microsoftonline.us", "partner.microsoftonline.cn"})
SYNCHRONISATION = "crossTenantAccessPolicyConfigurationPartner.identitySynchronization"


def definition(_call: Call, values: dict[str, Any], _held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/resources/stspolicy: JSON as text, at least one."""
    if "definition" in values and not values["definition"]:
        raise invalid_value("definition", "Policy")


def own_policy(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/policyroot-post-permissiongrantpolicies"""
    if held is not None:
        check_own_policy(held.id)
        return
    chosen = str(values["id"])
    if not OWN.match(chosen) or chosen.startswith("microsoft-"):
        raise invalid_value("id", "PermissionGrantPolicy")
    _unique(call, chosen)


def check_own_policy(policy_id: str) -> None:
    """Refuse to change what is Microsoft's."""
    if policy_id.startswith("microsoft-"):
        raise policy_refusal("Built-in permission grant policies cannot be modified.")


def partner(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/crosstenantaccesspolicy-post-partners"""
    if held is None:
        if str(values["tenantId"]) == call.directory.tenant_id:
            raise invalid_value("tenantId", "CrossTenantAccessPolicyConfigurationPartner")
        _unique(call, str(values["tenantId"]))


def clouds(_call: Call, values: dict[str, Any], _held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/crosstenantaccesspolicy-update"""
    if not set(values.get("allowedCloudEndpoints") or ()) <= CLOUDS:
        raise invalid_value("allowedCloudEndpoints", "CrossTenantAccessPolicy")


def partner_default(_call: Call, values: dict[str, Any], _held: Record | None) -> None:
    """Every part of the default has a value: there is nothing else to inherit from."""
    for name, value in values.items():
        if value is None:
            raise invalid_value(name, "CrossTenantAccessPolicyConfigurationDefault")
    values["isServiceDefault"] = False


def context(_call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/resources/authenticationcontextclassreference"""
    if held is None:
        if not CONTEXT.match(str(values.get("id"))):
            raise invalid_value("id", "AuthenticationContextClassReference")
        if not values.get("displayName"):
            raise invalid_value("displayName", "AuthenticationContextClassReference")


def group_setting(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/group-post-settings: one for each template."""
    if held is None:
        name = GROUP_TEMPLATES.get(str(values["templateId"]))
        if name is None:
            raise invalid_value("templateId", "DirectorySetting")
        if call.directory.find("groupSetting", "templateId", values["templateId"]) is not None:
            raise refused(CONFLICTING_OBJECT, EXISTS)
        values["displayName"] = name
    if any(not isinstance(one.get("value"), str) for one in values.get("values") or ()):
        raise invalid_value("values", "DirectorySetting")


def attribute_set(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/directory-post-attributesets"""
    if held is None:
        if not re.match(r"[A-Za-z0-9]{1,32}\Z", str(values["id"])):
            raise invalid_value("id", "AttributeSet")
        _unique(call, str(values["id"]))


def attribute(call: Call, values: dict[str, Any], held: Record | None) -> None:
    """https://learn.microsoft.com/graph/api/directory-post-customsecurityattributedefinitions"""
    if values.get("status", "Available") not in ("Available", "Deprecated"):
        raise invalid_value("status", "CustomSecurityAttributeDefinition")
    if held is None:
        if call.directory.get(str(values["attributeSet"])) is None:
            raise bad_request("The attribute set does not exist.")
        values["id"] = f"{values['attributeSet']}_{values['name']}"
        _unique(call, values["id"])
    elif values.get("usePreDefinedValuesOnly") and not held.body.get("usePreDefinedValuesOnly"):
        raise invalid_value("usePreDefinedValuesOnly", "CustomSecurityAttributeDefinition")


def check_deletion(record: Record, directory: Directory) -> None:
    """Refuse what may not go: built-in policies, and contexts in use or on offer."""
    if record.type == "permissionGrantPolicy":
        check_own_policy(record.id)
    if directory.targets(SYNCHRONISATION, record.id):
        raise policy_refusal("The partner has a synchronisation policy: delete that first.")
    if record.type == "authenticationContextClassReference" and (
        record.body.get("isAvailable") or _is_asked_for(record.id, directory)
    ):
        raise GraphError(
            400, "BadRequest", "The authentication context is published or used by a policy."
        )


def _is_asked_for(context_id: str, directory: Directory) -> bool:
    name = "includeAuthenticationContextClassReferences"
    return any(
        context_id in (policy.body["conditions"]["applications"].get(name) or ())
        for policy in directory.of_type("conditionalAccessPolicy")
    )


def _unique(call: Call, object_id: str) -> None:
    if call.directory.get(object_id) is not None:
        raise refused(CONFLICTING_OBJECT, EXISTS)
