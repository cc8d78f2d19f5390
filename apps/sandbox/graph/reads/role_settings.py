"""Policies of roles in Privileged Identity Management, and which role each belongs to.

https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicies
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from apps.sandbox.graph import permissions as need
from apps.sandbox.graph.context import Answer, Call, Permissions
from apps.sandbox.graph.errors import bad_request, denied, not_found
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.projection import projection
from apps.sandbox.rules import role_settings
from apps.sandbox.state.records import Record

from .privileged import check_p2

ASSIGNMENT = "unifiedRoleManagementPolicyAssignment"
GROUP = "Group"
_NEEDED: Mapping[str, Permissions] = {
    "DirectoryRole": need.ROLE_SETTING,
    GROUP: need.GROUP_SETTING,
}
_CLAUSE = re.compile(r"\s*(\w+) eq '([^']*)'\s*\Z")
_SCOPE = ("scopeId", "scopeType")
_EXPANDED = {"policy": False, "policy($expand=rules)": True}


def list_assignments(call: Call) -> Answer:
    """GET /policies/roleManagementPolicyAssignments, which has to be narrowed to a scope."""
    records = list(_narrowed(call, ("roleDefinitionId", *_SCOPE)))
    expand = call.option("$expand")
    value = [_assignment(call, one, expand) for one in records]
    context = context_url(call, "policies/roleManagementPolicyAssignments")
    return Answer(200, {"@odata.context": context, "value": value})


def list_policies(call: Call) -> Answer:
    """GET /policies/roleManagementPolicies, which has to be narrowed to a scope."""
    expand = call.option("$expand")
    if expand not in (None, "rules", "rules($select=id)"):
        raise bad_request(f"Parsing OData Select and Expand failed: '{expand}'.")
    shown = [_policy(one, rules=expand is not None) for one in _narrowed(call, _SCOPE)]
    context = context_url(call, "policies/roleManagementPolicies")
    return Answer(200, {"@odata.context": context, "value": shown})


def get_policy(call: Call) -> Answer:
    """GET /policies/roleManagementPolicies/{id}."""
    return Answer(200, _policy(_seen(call), rules=call.option("$expand") == "rules"))


def list_rules(call: Call) -> Answer:
    """GET /policies/roleManagementPolicies/{id}/rules."""
    return Answer(200, {"value": role_settings.rules_of(_seen(call).body)})


def get_rule(call: Call) -> Answer:
    """GET /policies/roleManagementPolicies/{id}/rules/{rule}."""
    return Answer(200, rule_of(call, _seen(call)))


def find(call: Call) -> Record:
    """The role's record that has the policy of the path. Raises the 404 of the service."""
    check_p2(call)
    found = call.view.find_all(ASSIGNMENT, "policyId", call.variables["id"])
    if not found:
        raise not_found(call.variables["id"])
    return found[0]


def check_scope(call: Call, scope_type: str, needed: Mapping[str, Permissions]) -> None:
    """Raise the refusal of a caller who may do this for the other sort of policy alone."""
    enough = needed.get(scope_type, ())
    held = call.caller.permissions
    if not call.caller.is_delegated and not any(one <= held for one in enough):
        raise denied()


def _seen(call: Call) -> Record:
    record = find(call)
    check_scope(call, record.body["scopeType"], _NEEDED)
    return record


def rule_of(call: Call, record: Record) -> dict[str, Any]:
    """The rule that the path names. Raises the 404 of the service."""
    rules = role_settings.rules_of(record.body)
    named = next((one for one in rules if one["id"] == call.variables["rule"]), None)
    if named is None:
        raise not_found(call.variables["rule"])
    return named


def _narrowed(call: Call, names: tuple[str, ...]) -> Iterator[Record]:
    check_p2(call)
    wanted: dict[str, str] = {}
    for clause in (call.option("$filter") or "").split(" and "):
        match = _CLAUSE.match(clause)
        if match is None or match[1] not in names:
            raise bad_request("The filter is invalid: a scopeId and a scopeType are required.")
        wanted[match[1]] = match[2]
    if not set(_SCOPE) <= wanted.keys():
        raise bad_request("The filter is invalid: a scopeId and a scopeType are required.")
    check_scope(call, wanted["scopeType"], _NEEDED)
    for record in call.view.of_type(ASSIGNMENT):
        if all(record.body.get(name) == value for name, value in wanted.items()):
            yield record


def _assignment(call: Call, record: Record, expand: str | None) -> dict[str, Any]:
    shown = projection(ASSIGNMENT, call.version, None)(record)
    shown["id"] = f"{record.body['policyId']}_{record.body['roleDefinitionId']}"
    if expand is None:
        return shown
    if expand not in _EXPANDED:
        raise bad_request(f"Parsing OData Select and Expand failed: '{expand}'.")
    return {**shown, "policy": _policy(record, rules=_EXPANDED[expand])}


def _policy(record: Record, *, rules: bool) -> dict[str, Any]:
    body: Mapping[str, Any] = record.body
    shown = {
        "id": body["policyId"],
        "displayName": body["scopeType"],
        "description": body["scopeType"],
        "isOrganizationDefault": False,
        "scopeId": body["scopeId"],
        "scopeType": body["scopeType"],
        "lastModifiedDateTime": None,
        "lastModifiedBy": {"displayName": None, "id": None},
    }
    return {**shown, "rules": role_settings.rules_of(body)} if rules else shown
