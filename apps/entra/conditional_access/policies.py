"""One policy: whether it applies to a sign-in, and what it then demands.

All conditions of a policy have to hold; what it demands it demands of everybody it applies to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.entra.conditional_access import circumstances, people, resources
from apps.entra.conditional_access.answers import MAYBE, NO, Answer, all_of
from apps.entra.conditional_access.reading import is_filled, part, values
from apps.entra.conditional_access.sign_ins import SignIn, Where, Who


@dataclass(frozen=True, slots=True)
class Demand:
    """What a policy asks for once it applies.

    controls: as Graph names them ("mfa", "compliantDevice", ...), and "authenticationStrength",
    "termsOfUse" and "customAuthenticationFactor" for those that are objects. any_one: one of them
    is enough. Nothing at all where the policy has session controls alone.
    """

    block: bool = False
    controls: tuple[str, ...] = ()
    any_one: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A policy against a sign-in.

    unknown: the conditions on which it hangs when applies is MAYBE. excused_by: the first
    condition that does not hold when applies is NO.
    """

    policy_id: str
    name: str
    state: str
    applies: Answer
    demand: Demand
    unknown: tuple[str, ...] = ()
    excused_by: str = ""


def is_enforced(policy: Mapping[str, Any]) -> bool:
    """Anything but disabled and report-only: what we do not know is taken as enforced."""
    return policy.get("state") not in {"disabled", "enabledForReportingButNotEnforced"}


def evaluate(policy: Mapping[str, Any], who: Who, sign_in: SignIn, where: Where) -> Finding:
    """Whether it applies, whatever its state: one that is only reported on is evaluated as well."""
    conditions = part(policy, "conditions")
    others = circumstances.holding_for_workload if who.is_workload else circumstances.holding
    answers = [
        ("users", people.is_for(conditions, who)),
        ("applications", resources.is_for(conditions, sign_in)),
        *others(conditions, sign_in, where),
    ]
    applies = all_of(answer for _, answer in answers)
    return Finding(
        policy_id=str(policy.get("id") or ""),
        name=str(policy.get("displayName") or ""),
        state=str(policy.get("state") or ""),
        applies=applies,
        demand=_demand(part(policy, "grantControls")),
        unknown=tuple(name for name, answer in answers if answer == MAYBE == applies),
        excused_by=next((name for name, answer in answers if answer == NO), ""),
    )


def _demand(controls: Mapping[str, Any]) -> Demand:
    built_in = values(controls, "builtInControls")
    named = [name for name in built_in if name != "block"]
    if is_filled(controls.get("authenticationStrength")):
        named.append("authenticationStrength")
    if is_filled(controls.get("termsOfUse")):
        named.append("termsOfUse")
    if is_filled(controls.get("customAuthenticationFactors")):
        named.append("customAuthenticationFactor")
    # AND where it is not said: the harder reading.
    any_one = str(controls.get("operator") or "AND").upper() == "OR"
    return Demand("block" in built_in, tuple(named), any_one)
