"""What the Conditional Access service checks in a whole policy, and the numbers it answers with.

https://learn.microsoft.com/graph/api/conditionalaccessroot-post-policies and the numbered texts
seen in public issue threads. A check whose number is not publicly known answers 1007, the general
schema refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from apps.sandbox.graph.context import GraphError
from apps.sandbox.rules.refusals import numbered, policy_refusal

POLICY_LIMIT = 240
"""Policies of one tenant, soft-deleted ones not counted
(https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions)."""

READ_ONLY = ("id", "createdDateTime", "modifiedDateTime", "deletedDateTime")
APPLICATION_KEYWORDS = frozenset(
    {"All", "None", "Office365", "MicrosoftAdminPortals", "AllAgentIdResources"}
)
USER_KEYWORDS = frozenset({"All", "None", "GuestsOrExternalUsers", "AllAgentIdUsers"})
LOCATION_KEYWORDS = frozenset({"All", "AllTrusted", "00000000-0000-0000-0000-000000000000"})
PRINCIPAL_KEYWORDS = frozenset({"ServicePrincipalsInMyTenant", "All", "None"})
USER_ACTIONS = frozenset({"urn:user:registersecurityinfo", "urn:user:registerdevice"})
ENABLED = "enabled"
STATES = frozenset({"enabled", "disabled", "enabledForReportingButNotEnforced"})
RISK_CONDITIONS = ("userRiskLevels", "signInRiskLevels")

SCHEMA_TEXT = (
    "Incoming ConditionalAccessPolicy object is null or does not match the schema of "
    "ConditionalAccessPolicy type. For examples, please see API documentation at "
    "https://docs.microsoft.com/en-us/graph/api/conditionalaccessroot-post-policies"
    "?view=graph-rest-1.0."
)
NO_APPLICATIONS = (
    "'applications' condition must specify the applications to include. Try 'includeApplications' "
    "= ['none'] to start with."
)
STRENGTH_WITH_MFA = "Authentication strengths cannot be used alongside the MFA built-in control."
TEMPLATE_READ_ONLY = "TemplateId is a read-only field and cannot be updated."
SECURITY_DEFAULTS = (
    "Security Defaults is enabled in the tenant. You must disable Security defaults before "
    "enabling a Conditional Access policy."
)
LIMIT_TEXT = "Policy count limit of {limit} is reached for the tenant."


def schema_mismatch() -> GraphError:
    """1007, which names no field."""
    return numbered(1007, SCHEMA_TEXT)


def check_incoming(body: object, *, creating: bool) -> Mapping[str, Any]:
    """Refuse a body that may not be sent at all; gives it back as a mapping."""
    if not isinstance(body, Mapping) or not body:
        raise schema_mismatch()
    for name in READ_ONLY:
        if name in body:
            raise numbered(1001, f"'{name}' is a readonly field and cannot be updated.")
    if not creating and "templateId" in body:
        raise numbered(1118, TEMPLATE_READ_ONLY)
    _check_strength_reference(body)
    return body


def _check_strength_reference(body: Mapping[str, Any]) -> None:
    """The strength is given by its id alone; the expanded object of a read is refused."""
    grant = body.get("grantControls")
    strength = grant.get("authenticationStrength") if isinstance(grant, Mapping) else None
    if strength is None:
        return
    if not isinstance(strength, Mapping):
        raise schema_mismatch()
    if {name for name in strength if not name.startswith("@")} != {"id"}:
        raise schema_mismatch()


def check_policy(policy: Mapping[str, Any]) -> None:
    """Refuse a complete policy that makes no sense."""
    if not policy.get("displayName") or policy.get("state") not in STATES:
        raise schema_mismatch()
    conditions = policy.get("conditions")
    if not isinstance(conditions, Mapping):
        raise schema_mismatch()
    _check_applications(conditions)
    _check_users(conditions)
    if not conditions.get("clientAppTypes"):
        raise schema_mismatch()
    _check_grant(policy.get("grantControls"))
    _check_session(policy.get("sessionControls"))
    if not policy.get("grantControls") and not policy.get("sessionControls"):
        raise schema_mismatch()


def _check_applications(conditions: Mapping[str, Any]) -> None:
    applications = conditions.get("applications") or {}
    included = (
        "includeApplications",
        "includeUserActions",
        "includeAuthenticationContextClassReferences",
        "applicationFilter",
    )
    if not any(applications.get(name) for name in included):
        raise numbered(1011, NO_APPLICATIONS)
    if not set(applications.get("includeUserActions") or ()) <= USER_ACTIONS:
        raise schema_mismatch()


def _check_users(conditions: Mapping[str, Any]) -> None:
    users = conditions.get("users") or {}
    workload = conditions.get("clientApplications") or {}
    included = ("includeUsers", "includeGroups", "includeRoles", "includeGuestsOrExternalUsers")
    if not any(users.get(name) for name in included) and not workload:
        raise schema_mismatch()


def _check_grant(grant: Mapping[str, Any] | None) -> None:
    if not grant:
        return
    controls = grant.get("builtInControls") or []
    strength = grant.get("authenticationStrength")
    if strength and "mfa" in controls:
        raise numbered(1108, STRENGTH_WITH_MFA)
    others = (strength, grant.get("termsOfUse"), grant.get("customAuthenticationFactors"))
    if not controls and not any(others):
        raise schema_mismatch()
    if "block" in controls and (len(controls) > 1 or any(others)):
        raise schema_mismatch()
    if grant.get("operator") not in {"AND", "OR"}:
        raise schema_mismatch()


def _check_session(session: Mapping[str, Any] | None) -> None:
    if session is None:
        return
    if not any(_is_set(value) for value in session.values()):
        raise schema_mismatch()
    frequency = session.get("signInFrequency")
    if frequency and frequency.get("isEnabled") is not False:
        _check_frequency(frequency)


def _is_set(control: object) -> bool:
    if isinstance(control, Mapping):
        return control.get("isEnabled") is not False
    return control is True


def _check_frequency(frequency: Mapping[str, Any]) -> None:
    period = frequency.get("value") is not None or frequency.get("type") is not None
    if frequency.get("frequencyInterval") == "everyTime":
        if period:
            raise schema_mismatch()
    elif not frequency.get("value") or frequency.get("type") not in {"hours", "days"}:
        raise schema_mismatch()


def merged(policy: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The policy after a PATCH: top-level properties are merged, what they hold is replaced."""
    result = {**policy, **changes}
    return {name: value for name, value in result.items() if value is not None}


def needs_security_defaults_off(policy: Mapping[str, Any]) -> bool:
    """Only an enforced policy collides with security defaults."""
    return policy.get("state") == ENABLED


def uses_risk(policy: Mapping[str, Any]) -> bool:
    """Risk conditions need Entra ID P2."""
    conditions = policy.get("conditions") or {}
    return any(conditions.get(name) for name in RISK_CONDITIONS)


def security_defaults_on() -> GraphError:
    """Enabling a policy while security defaults are on (seen live, 2026)."""
    return policy_refusal(SECURITY_DEFAULTS)


def limit_reached() -> GraphError:
    """One policy too many; number and text are not publicly known."""
    return policy_refusal(LIMIT_TEXT.format(limit=POLICY_LIMIT))


def references(policy: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a policy refers to: (sort, id), keywords left out.

    Sorts: application (appId), user, group, role (template id), location, principal (object id of
    a service principal), strength.
    """
    conditions = policy.get("conditions") or {}
    yield from _listed(conditions.get("applications"), "Applications", "application")
    users = conditions.get("users")
    for suffix, sort in (("Users", "user"), ("Groups", "group"), ("Roles", "role")):
        yield from _listed(users, suffix, sort)
    yield from _listed(conditions.get("locations"), "Locations", "location")
    yield from _listed(conditions.get("clientApplications"), "ServicePrincipals", "principal")
    strength = (policy.get("grantControls") or {}).get("authenticationStrength")
    if strength:
        yield "strength", strength["id"]


KEYWORDS: Mapping[str, frozenset[str]] = {
    "application": APPLICATION_KEYWORDS,
    "user": USER_KEYWORDS,
    "location": LOCATION_KEYWORDS,
    "principal": PRINCIPAL_KEYWORDS,
}


def _listed(condition: object, suffix: str, sort: str) -> Iterator[tuple[str, str]]:
    if not isinstance(condition, Mapping):
        return
    keywords = {keyword.lower() for keyword in KEYWORDS.get(sort, ())}
    for name in (f"include{suffix}", f"exclude{suffix}"):
        for value in condition.get(name) or ():
            if value.lower() not in keywords:
                yield sort, value
