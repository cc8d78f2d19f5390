"""The authentication methods policy and the configuration of each method.

https://learn.microsoft.com/graph/api/authenticationmethodspolicy-update and
https://learn.microsoft.com/graph/api/resources/authenticationmethodspolicies-overview
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.refusals import policy_refusal
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import SINGLETONS

POLICY_TYPE = "authenticationMethodsPolicy"
FAMILY = "authenticationMethodConfiguration"
ACTIVITY = SINGLETONS[POLICY_TYPE]
TYPE_NEEDED = "@odata.type is required for authenticationMethodConfiguration."
SNOOZE_DAYS = range(15)


def update(call: Call) -> Answer:
    """PATCH /policies/authenticationMethodsPolicy: 204."""
    record = next(call.directory.of_type(POLICY_TYPE))
    body = base.body_of(call)
    values = check_body(TYPES[POLICY_TYPE], body, base.rights(call, creating=False), POLICY)
    _check_campaign(values)
    after = base.change(call, record, {**values, "lastModifiedDateTime": base.now(call)})
    _record(call, record, after)
    return base.no_content()


def update_configuration(call: Call) -> Answer:
    """PATCH .../authenticationMethodConfigurations/{id}: 204; `@odata.type` is named."""
    record = _find(call)
    body = base.body_of(call)
    given = str(body.get("@odata.type", "")).removeprefix("#").removeprefix("microsoft.graph.")
    if not given:
        raise policy_refusal(TYPE_NEEDED)
    if given != record.type:
        raise policy_refusal(f"The type '{given}' does not match the configuration '{record.id}'.")
    values = check_body(TYPES[record.type], body, base.rights(call, creating=False), POLICY)
    if "state" in values and values["state"] is None:
        raise policy_refusal("Invalid value specified for property 'state'.")
    _check_targets(call, values)
    after = base.change(call, record, values)
    _stamp(call)
    _record(call, record, after)
    return base.no_content()


def _find(call: Call) -> Record:
    wanted = call.variables["configuration"].lower()
    for record in call.directory.of_type(FAMILY):
        if record.id.lower() == wanted and call.version in TYPES[record.type].versions:
            return record
    raise missing(FAMILY, call.variables["configuration"])


def _check_targets(call: Call, values: Mapping[str, Any]) -> None:
    """Targets are groups of the tenant, or `all_users`."""
    for name in ("includeTargets", "excludeTargets"):
        for target in values.get(name) or ():
            if target.get("id") == "all_users" and name == "includeTargets":
                continue
            found = call.view.get(str(target.get("id")))
            if found is None or base.family_of(found) not in {"group", "user"}:
                raise policy_refusal(
                    f"The target with id {target.get('id')} does not exist in the directory."
                )


def _check_campaign(values: Mapping[str, Any]) -> None:
    enforcement = values.get("registrationEnforcement") or {}
    campaign = enforcement.get("authenticationMethodsRegistrationCampaign") or {}
    days = campaign.get("snoozeDurationInDays")
    if days is not None and days not in SNOOZE_DAYS:
        raise policy_refusal("Invalid value specified for property 'snoozeDurationInDays'.")


def _stamp(call: Call) -> None:
    policy = next(call.directory.of_type(POLICY_TYPE), None)
    if policy is not None:
        call.directory.change(policy.id, {"lastModifiedDateTime": base.now(call)})


def _record(call: Call, before: Record, after: Record) -> None:
    change = audit.Modified("AuthenticationMethodsPolicy", before.body, after.body)
    audit.record(call, ACTIVITY, [audit.target(after, [change], type_label="Policy")])
