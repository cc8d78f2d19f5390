"""Tenant-wide objects of which there is one: authorization policy, security defaults, organization.

https://learn.microsoft.com/graph/api/authorizationpolicy-update,
https://learn.microsoft.com/graph/api/identitysecuritydefaultsenforcementpolicy-update,
https://learn.microsoft.com/graph/api/organization-update
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import (
    bad_request,
    invalid_value,
    not_found,
    policy_refusal,
)
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import SINGLETONS

GUEST_ROLES = frozenset(
    {
        "a0b1b346-4d3e-4e8b-98f8-753987be4970",
        "10dae51f-b6af-4016-8d66-8c2a99b929b3",
        "2af84b1e-32c8-42b7-82bc-daa82404023b",
    }
)
"""Same as members, limited (default), restricted."""
BETA_CONSENT = "permissionGrantPolicyIdsAssignedToDefaultUserRole"
PERMISSIONS = "defaultUserRolePermissions"
ENABLED_POLICIES = (
    "It looks like you have a Conditional Access policy enabled. Enabling a Conditional Access "
    "policy prevents you from enabling Security defaults."
)


def update_authorization(call: Call) -> Answer:
    """PATCH /policies/authorizationPolicy (beta: .../authorizationPolicy): 204."""
    record = _only(call, "authorizationPolicy")
    values = _values(call, record)
    role = values.get("guestUserRoleId", next(iter(GUEST_ROLES)))
    if role not in GUEST_ROLES:
        raise invalid_value("guestUserRoleId", "AuthorizationPolicy")
    if values.get("allowInvitesFrom", "-") is None:
        raise invalid_value("allowInvitesFrom", "AuthorizationPolicy")
    permissions = dict(record.body.get(PERMISSIONS) or {}) | dict(values.get(PERMISSIONS) or {})
    if BETA_CONSENT in values:
        permissions["permissionGrantPoliciesAssigned"] = values.pop(BETA_CONSENT)
    _apply(call, record, {**values, PERMISSIONS: permissions})
    return base.no_content()


def update_security_defaults(call: Call) -> Answer:
    """PATCH /policies/identitySecurityDefaultsEnforcementPolicy: 204."""
    record = _only(call, "identitySecurityDefaultsEnforcementPolicy")
    values = _values(call, record)
    if values.get("isEnabled") and _has_enabled_policy(call):
        raise policy_refusal(ENABLED_POLICIES)
    _apply(call, record, values)
    return base.no_content()


def update_organization(call: Call) -> Answer:
    """PATCH /organization/{id}: 204."""
    record = _only(call, "organization")
    if call.variables["id"] not in {record.id, call.directory.tenant_id}:
        raise not_found(call.variables["id"])
    values = _values(call, record)
    if values.get("onPremisesSyncEnabled") is True and not record.body.get("onPremisesSyncEnabled"):
        raise bad_request("Directory synchronization can only be enabled by the sync client.")
    if "privacyProfile" in values:
        held = record.body.get("privacyProfile") or {}
        values["privacyProfile"] = {**held, **(values["privacyProfile"] or {})}
    _apply(call, record, values)
    return base.no_content()


def _only(call: Call, type_name: str) -> Record:
    record = next(call.directory.of_type(type_name), None)
    if record is None:
        raise not_found(type_name)
    return record


def _values(call: Call, record: Record) -> dict[str, Any]:
    rights = base.rights(call, creating=False)
    return check_body(TYPES[record.type], base.body_of(call), rights, DIRECTORY)


def _apply(call: Call, record: Record, values: Mapping[str, Any]) -> None:
    after = base.change(call, record, values)
    before = {name: record.body.get(name) for name in values}
    modified = audit.changes(before, {name: after.body.get(name) for name in values})
    label = "Policy" if "olicy" in record.type else "Directory"
    audit.record(call, SINGLETONS[record.type], [audit.target(after, modified, type_label=label)])


def _has_enabled_policy(call: Call) -> bool:
    policies = call.directory.of_type("conditionalAccessPolicy")
    return any(policy.body.get("state") == "enabled" for policy in policies)
