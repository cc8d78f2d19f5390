"""All policies together: blocked or not, and what has to be met.

Every policy that applies has to be satisfied, and one that blocks wins over all others
(https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-policies).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.entra.conditional_access.answers import NO, Answer, any_of
from apps.entra.conditional_access.policies import Finding, evaluate, is_enforced
from apps.entra.conditional_access.sign_ins import SignIn, Where, Who


@dataclass(frozen=True, slots=True)
class Decision:
    """blocked_by, asked_by: the enforced policies that apply or may, and block or ask for more."""

    blocked: Answer
    blocked_by: tuple[Finding, ...]
    asked_by: tuple[Finding, ...]


def decide(
    policies: Iterable[Mapping[str, Any]], who: Who, sign_in: SignIn, where: Where
) -> Decision:
    """What Entra would answer. Policies that are switched off or only reported on do not count."""
    applying = [
        finding
        for finding in (
            evaluate(policy, who, sign_in, where) for policy in policies if is_enforced(policy)
        )
        if finding.applies != NO
    ]
    blocking = tuple(finding for finding in applying if finding.demand.block)
    return Decision(
        blocked=any_of(finding.applies for finding in blocking),
        blocked_by=blocking,
        asked_by=tuple(
            finding for finding in applying if finding.demand.controls and not finding.demand.block
        ),
    )
