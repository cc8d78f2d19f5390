"""Conditional Access policies.

https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.errors import missing
from apps.sandbox.rules import conditional_access as rules
from apps.sandbox.rules.bodies import CONDITIONAL_ACCESS, check_body
from apps.sandbox.rules.refusals import (
    invalid_applications,
    numbered,
    policy_refusal,
)
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering
from apps.sandbox.writes.activities import OBJECTS

FAMILY = "conditionalAccessPolicy"
ACTIVITIES = OBJECTS[FAMILY]
LABEL = "ConditionalAccessPolicy"
TEMPLATE = frozenset({"templateId"})
SECURITY_DEFAULTS = "identitySecurityDefaultsEnforcementPolicy"
MISSING = {
    "user": "User",
    "group": "Group",
    "role": "Role",
    "principal": "ServicePrincipal",
    "location": "NamedLocation",
    "strength": "AuthenticationStrength",
}
"""Sort of reference -> how the refusal of an unknown one calls it."""
LOCATION_NUMBER = 1040
"""The other sorts have numbers that are not publicly known; theirs go without."""


def create(call: Call) -> Answer:
    """POST /identity/conditionalAccess/policies."""
    licensing.check_p1(call)
    body = rules.check_incoming(call.body, creating=True)
    allowed = base.rights(call, creating=True, allowed=TEMPLATE)
    values = check_body(TYPES[FAMILY], body, allowed, CONDITIONAL_ACCESS)
    policy = {name: value for name, value in values.items() if value is not None}
    policy.setdefault("state", "disabled")
    check(call, policy, policy)
    if call.directory.count(FAMILY) >= rules.POLICY_LIMIT:
        raise rules.limit_reached()
    policy_id = call.directory.add(FAMILY, {**policy, "createdDateTime": base.now(call)})
    record = base.require(call, policy_id)
    record_change(call, "add", None, record)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /identity/conditionalAccess/policies/{id}: what is named replaces, null clears."""
    record = find(call, call.variables["id"])
    body = rules.check_incoming(call.body, creating=False)
    rights = base.rights(call, creating=False)
    values = check_body(TYPES[FAMILY], body, rights, CONDITIONAL_ACCESS)
    licensing.check_p1(call)
    before = {name: value for name, value in record.body.items() if not name.startswith("@")}
    check(call, rules.merged(before, values), values)
    after = base.change(call, record, {**values, "modifiedDateTime": base.now(call)})
    record_change(call, "update", record, after)
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /identity/conditionalAccess/policies/{id}: into the bin of policies."""
    record = find(call, call.variables["id"])
    record_change(call, "delete", record, None)
    call.directory.soft_delete(record.id)
    return base.no_content()


def find(call: Call, policy_id: str) -> Record:
    """A live policy that the caller's replica shows. Raises 404."""
    record = call.view.get(policy_id)
    live = call.directory.get(policy_id)
    if record is None or live is None or live.type != FAMILY:
        raise missing(FAMILY, policy_id)
    return live


def record_change(call: Call, what: str, before: Record | None, after: Record | None) -> None:
    """The audit record of a policy: the whole object before and after."""
    subject = after or before
    if subject is None:
        raise ValueError("A change has a policy before or after it.")
    change = audit.Modified(LABEL, before.body if before else None, after.body if after else None)
    audit.record(call, ACTIVITIES[what], [audit.target(subject, [change])])


def check(call: Call, policy: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    """Refuse a whole policy: by itself, by the tenant's licence and switches, by what the request
    names in it (an id that has become dangling stays until its part is sent again)."""
    rules.check_policy(policy)
    if rules.uses_risk(policy):
        licensing.check_p2(call)
    check_security_defaults(call, policy)
    invalid: dict[str, str] = {}
    for sort, object_id in rules.references(sent):
        if sort == "application":
            if call.directory.find("servicePrincipal", "appId", object_id) is None:
                invalid[object_id] = "ServicePrincipalNotFound"
        elif not _exists(call, sort, object_id):
            raise _missing(sort, object_id)
    if invalid:
        raise invalid_applications(invalid)


def _missing(sort: str, object_id: str) -> GraphError:
    text = f"{MISSING[sort]} with id {object_id} does not exist in the directory."
    return numbered(LOCATION_NUMBER, text) if sort == "location" else policy_refusal(text)


def check_security_defaults(call: Call, policy: Mapping[str, Any]) -> None:
    """An enforced policy needs security defaults to be off."""
    if not rules.needs_security_defaults_off(policy):
        return
    defaults = next(call.directory.of_type(SECURITY_DEFAULTS), None)
    if defaults is not None and defaults.body.get("isEnabled"):
        raise rules.security_defaults_on()


FAMILIES = {
    "user": "user",
    "group": "group",
    "principal": "servicePrincipal",
    "location": "namedLocation",
    "strength": "authenticationStrengthPolicy",
}


def _exists(call: Call, sort: str, object_id: str) -> bool:
    if sort == "role":
        template = call.directory.get(object_id)
        return template is not None and template.type in {
            "directoryRoleTemplate",
            "unifiedRoleDefinition",
        }
    found = call.view.get(object_id)
    return found is not None and base.family_of(found) == FAMILIES[sort]
