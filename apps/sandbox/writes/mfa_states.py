"""Per-user multifactor authentication is switched on, enforced or off, one user at a time.

https://learn.microsoft.com/graph/api/authentication-update
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.reads.mfa_states import PROPERTY, UNSET
from apps.sandbox.rules.refusals import policy_refusal, undeclared_property
from apps.sandbox.schema import ENUMS
from apps.sandbox.writes import audit, base
from apps.sandbox.writes.activities import OBJECTS, STRONG_AUTHENTICATION_OFF
from apps.sandbox.writes.activities import STRONG_AUTHENTICATION_ON as SWITCHED_ON

TYPE = "strongAuthenticationRequirements"
SETTABLE = frozenset(ENUMS[PROPERTY].members) - {"unknownFutureValue"}
NUMBERS = {"enabled": 1, "enforced": 2}
"""The states as the directory's own attribute counts them; disabled is an empty list."""


def update(call: Call) -> Answer:
    """PATCH /users/{id}/authentication/requirements: 204.

    Nobody in a sandbox has registered a method, so `enabled` stays `enabled` (with a registered
    one it would become `enforced` by itself).
    """
    user = base.live(call, "user", call.variables["id"])
    wanted = _wanted(base.body_of(call))
    before = user.body.get(PROPERTY, UNSET)
    if wanted is None or wanted == before:
        return base.no_content()
    after = base.change(call, user, {PROPERTY: wanted})
    name = after.body.get("userPrincipalName")
    changed = [
        audit.Modified("StrongAuthenticationRequirement", _attribute(before), _attribute(wanted)),
        audit.Modified("Included Updated Properties", None, "StrongAuthenticationRequirement"),
        audit.Modified("TargetId.UserPrincipalName", None, name),
    ]
    audit.record(call, OBJECTS["user"]["update"], [audit.target(after, changed)])
    if UNSET in (before, wanted):
        activity = STRONG_AUTHENTICATION_OFF if wanted == UNSET else SWITCHED_ON
        audit.record(call, activity, [audit.target(after)])
    return base.no_content()


def _wanted(body: Any) -> str | None:
    unknown = next((name for name in body if "@" not in name and name != PROPERTY), None)
    if unknown is not None:
        raise undeclared_property(unknown, TYPE)
    if PROPERTY not in body:
        return None
    value = body[PROPERTY]
    if not isinstance(value, str) or value not in SETTABLE:
        raise policy_refusal(f"Invalid value specified for property '{PROPERTY}'.")
    return value


def _attribute(state: str) -> list[dict[str, Any]]:
    """The value of the attribute, as audit records show it."""
    if state == UNSET:
        return []
    return [
        {
            "RelyingParty": "*",
            "State": NUMBERS[state],
            "RememberDevicesNotIssuedBefore": "0001-01-01T00:00:00",
        }
    ]
