"""Authentication strengths and their combination configurations.

https://learn.microsoft.com/graph/api/resources/authenticationstrengths-overview
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing
from apps.sandbox.rules import conditional_access, strengths
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.refusals import policy_refusal
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering
from apps.sandbox.writes.activities import OBJECTS

FAMILY = "authenticationStrengthPolicy"
CONFIGURATION = "authenticationCombinationConfiguration"
RELATION = "authenticationStrengthPolicy.combinationConfigurations"
RESULT = "microsoft.graph.updateAllowedCombinationsResult"
LABEL = "AuthenticationStrengthPolicy"
ACTIVITIES = OBJECTS[FAMILY]


def create(call: Call) -> Answer:
    """POST /policies/authenticationStrengthPolicies; configurations may come along."""
    licensing.check_p1(call)
    body = dict(base.body_of(call))
    configurations = body.pop("combinationConfigurations", None) or []
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=True), POLICY)
    if not values.get("displayName"):
        raise policy_refusal("A value is required for property 'displayName'.")
    allowed = strengths.normal(values.get("allowedCombinations"))
    _check_name(call, values["displayName"], None)
    at = base.now(call)
    custom = [p for p in call.directory.of_type(FAMILY) if p.body.get("policyType") == "custom"]
    if len(custom) >= strengths.POLICY_LIMIT:
        raise policy_refusal("The limit of custom authentication strengths is reached.")
    policy_id = call.directory.add(
        FAMILY,
        {
            **values,
            "allowedCombinations": allowed,
            "policyType": "custom",
            "requirementsSatisfied": strengths.requirements_satisfied(allowed),
            "createdDateTime": at,
            "modifiedDateTime": at,
        },
    )
    record = base.require(call, policy_id)
    for configuration in configurations:
        _add_configuration(call, record, configuration)
    _record(call, "add", None, record)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH: name and description; combinations have an action of their own."""
    record = _custom(call)
    body = base.body_of(call)
    if "allowedCombinations" in body:
        raise policy_refusal(strengths.ACTION_TEXT)
    values = check_body(TYPES[FAMILY], body, base.rights(call, creating=False), POLICY)
    if values.get("displayName", "-") in (None, ""):
        raise policy_refusal("A value is required for property 'displayName'.")
    if "displayName" in values:
        _check_name(call, values["displayName"], record.id)
    after = base.change(call, record, {**values, "modifiedDateTime": base.now(call)})
    _record(call, "update", record, after)
    return base.no_content()


def update_combinations(call: Call) -> Answer:
    """POST .../updateAllowedCombinations: 200 with the combinations before and after."""
    record = _custom(call)
    allowed = strengths.normal(base.body_of(call).get("allowedCombinations"))
    changes = {
        "allowedCombinations": allowed,
        "requirementsSatisfied": strengths.requirements_satisfied(allowed),
        "modifiedDateTime": base.now(call),
    }
    in_use = _is_used(call, record.id)
    if in_use and changes["requirementsSatisfied"] != record.body.get("requirementsSatisfied"):
        raise strengths.referenced()
    after = base.change(call, record, changes)
    _record(call, "update", record, after)
    return base.ok(
        {
            "@odata.context": f"{call.root}/$metadata#{RESULT}",
            "previousCombinations": record.body.get("allowedCombinations") or [],
            "currentCombinations": allowed,
            "conditionalAccessReferences": [],
            "additionalInformation": "",
        }
    )


def delete(call: Call) -> Answer:
    """DELETE: for good, unless a policy refers to it."""
    record = _custom(call)
    if _is_used(call, record.id):
        raise strengths.referenced()
    for child in list(call.directory.targets(RELATION, record.id)):
        call.directory.purge(child)
    _record(call, "delete", record, None)
    call.directory.purge(record.id)
    return base.no_content()


def create_configuration(call: Call) -> Answer:
    """POST .../combinationConfigurations."""
    record = _custom(call)
    child = _add_configuration(call, record, base.body_of(call))
    _record(call, "update", record, record)
    return base.created(call, child, rendering.entity(call, child))


def update_configuration(call: Call) -> Answer:
    """PATCH .../combinationConfigurations/{id}; `@odata.type` is named."""
    record, child = _custom(call), _configuration(call)
    type_name, values = _configuration_values(call, base.body_of(call), creating=False)
    if type_name != child.type:
        raise policy_refusal("The combination configuration is not valid.")
    merged = {**child.body, **values}
    strengths.check_configuration(type_name, merged, record.body["allowedCombinations"])
    call.directory.change(child.id, values)
    _record(call, "update", record, record)
    return base.no_content()


def delete_configuration(call: Call) -> Answer:
    """DELETE .../combinationConfigurations/{id}."""
    record, child = _custom(call), _configuration(call)
    call.directory.unlink(RELATION, record.id, child.id)
    call.directory.purge(child.id)
    _record(call, "update", record, record)
    return base.no_content()


def _add_configuration(call: Call, record: Record, body: Any) -> Record:
    type_name, values = _configuration_values(call, body, creating=True)
    strengths.check_configuration(type_name, values, record.body["allowedCombinations"])
    child_id = call.directory.add(type_name, values)
    call.directory.link(RELATION, record.id, child_id)
    return base.require(call, child_id)


def _configuration_values(call: Call, body: Any, *, creating: bool) -> tuple[str, dict[str, Any]]:
    given = str(body.get("@odata.type", "")) if isinstance(body, dict) else ""
    type_name = given.removeprefix("#").removeprefix("microsoft.graph.")
    if type_name not in strengths.CONFIGURATION_TYPES:
        raise policy_refusal("The combination configuration is not valid.")
    rights = base.rights(call, creating=creating)
    return type_name, check_body(TYPES[type_name], body, rights, POLICY)


def _custom(call: Call) -> Record:
    policy_id = call.variables["id"]
    record = call.directory.get(policy_id)
    if record is None or call.view.get(policy_id) is None or record.type != FAMILY:
        raise missing(FAMILY, policy_id)
    if record.body.get("policyType") == "builtIn":
        raise strengths.built_in()
    return record


def _configuration(call: Call) -> Record:
    child_id = call.variables["configuration"]
    if child_id not in call.directory.targets(RELATION, call.variables["id"]):
        raise missing("authenticationCombinationConfiguration", child_id)
    return base.require(call, child_id)


def _check_name(call: Call, name: str, own_id: str | None) -> None:
    holder = call.directory.find(FAMILY, "displayName", name)
    if holder is not None and holder.id != own_id:
        raise policy_refusal("An authentication strength with the same display name exists.")


def _is_used(call: Call, policy_id: str) -> bool:
    return any(
        ("strength", policy_id) in conditional_access.references(policy.body)
        for policy in call.directory.of_type("conditionalAccessPolicy")
    )


def _record(call: Call, what: str, before: Record | None, after: Record | None) -> None:
    subject = after or before
    if subject is None:
        raise ValueError("A change has a policy before or after it.")
    change = audit.Modified(LABEL, before.body if before else None, after.body if after else None)
    audit.record(call, ACTIVITIES[what], [audit.target(subject, [change], type_label="Policy")])
