"""Changing the rules of a role, one by one.

https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-update
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads.role_settings import (
    ASSIGNMENT,
    GROUP,
    check_scope,
    find,
    rule_of,
)
from apps.sandbox.rules import role_settings
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.refusals import policy_refusal
from apps.sandbox.schema import TYPES
from apps.sandbox.writes import audit, base
from apps.sandbox.writes import permissions as need
from apps.sandbox.writes.activities import Activity

_NEEDED = {"DirectoryRole": need.ROLE_SETTING, GROUP: need.GROUP_SETTING}
UPDATED = Activity("Update role setting in PIM", "RoleManagement", "Update", "PIM")


def update_rule(call: Call) -> Answer:
    """PATCH /policies/roleManagementPolicies/{id}/rules/{rule}: 204.

    The policy has another id afterwards, as terraform-provider-azuread has seen it.
    """
    record = find(call)
    check_scope(call, record.body["scopeType"], _NEEDED)
    held = rule_of(call, record)
    values = _values(call)
    if values.get("@odata.type") != held["@odata.type"]:
        raise policy_refusal("The type of the rule does not match.")
    if values.get("id", held["id"]) != held["id"]:
        raise policy_refusal("The id of a rule cannot be changed.")
    rule = {**held, **values}
    role_settings.check(call, rule)
    others = [one for one in record.body.get("rules") or () if one["id"] != rule["id"]]
    before = {"rule": held}
    scope_type = record.body["scopeType"]
    of = record.body["scopeId"] if scope_type == GROUP else call.directory.tenant_id
    changes = {
        "rules": [*others, rule],
        "policyId": role_settings.policy_id(scope_type, of, base.new_id()),
    }
    call.directory.change(record.id, changes)
    owner = base.require(call, of if scope_type == GROUP else record.body["roleDefinitionId"])
    modified = audit.changes(before, {"rule": rule})
    audit.record(call, UPDATED, [audit.target(owner, modified)])
    return base.no_content()


def add_settings(call: Call, definition_id: str) -> None:
    """Give a role of the tenant's own the settings that every role begins with."""
    tenant = call.directory.tenant_id
    call.directory.add(ASSIGNMENT, beginning(tenant, definition_id, base.new_id()))


def beginning(tenant_id: str, definition_id: str, number: str) -> dict[str, Any]:
    """What is kept of the settings of a role that nobody has changed."""
    policy = role_settings.policy_id("DirectoryRole", tenant_id, number)
    return role_settings.beginning_of("DirectoryRole", "/", definition_id, policy)


def _values(call: Call) -> dict[str, Any]:
    rights = base.rights(call, creating=False, allowed=frozenset({"rules"}))
    holder = TYPES[ASSIGNMENT]
    (rule,) = check_body(holder, {"rules": [base.body_of(call)]}, rights, POLICY)["rules"]
    return dict(rule)
