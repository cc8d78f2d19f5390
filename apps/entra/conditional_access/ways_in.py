"""Whether somebody still has a way in to where a tenant is administered, and how hard it is.

A person chooses his browser, his device's platform and which door he takes; not where he is, what
his device is known as, or how risky Entra takes him to be. So the best door counts, under the
worst circumstances.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import product
from typing import Any, Final, get_args

from apps.entra.conditional_access.answers import NO, YES
from apps.entra.conditional_access.deciding import Decision, decide
from apps.entra.conditional_access.people import is_for
from apps.entra.conditional_access.policies import Demand
from apps.entra.conditional_access.reading import part
from apps.entra.conditional_access.resources import AZURE_PORTAL, GRAPH, GRAPH_POWERSHELL
from apps.entra.conditional_access.sign_ins import ClientApp, Platform, SignIn, Where, Who

# Each with the client that opens it.
_DOORS: Final[tuple[tuple[str, ClientApp], ...]] = (
    (AZURE_PORTAL, "browser"),
    (GRAPH_POWERSHELL, "mobileAppsAndDesktopClients"),
)
_PLATFORMS: Final[tuple[Platform, ...]] = get_args(Platform)


class Level(IntEnum):
    """How hard it is to get in; the higher, the worse."""

    OPEN = 0
    PROOF = 1  # he has to prove that it is he: MFA, a new password, terms of use
    DEVICE = 2  # he needs a device or an application that the organisation manages
    DEPENDS = 3  # blocked from some places, devices or risks
    SHUT = 4


# Anything that is not here a person can meet by himself.
_NEEDS_DEVICE: Final = {
    "compliantDevice",
    "domainJoinedDevice",
    "approvedApplication",
    "compliantApplication",
    "customAuthenticationFactor",
}


@dataclass(frozen=True, slots=True)
class WayIn:
    """The best way in that somebody has, and what is in it."""

    level: Level
    sign_in: SignIn
    decision: Decision


def best_way_in(policies: Iterable[Mapping[str, Any]], who: Who, where: Where) -> WayIn:
    """For a person the easiest of his doors and platforms; for a service principal, Graph."""
    # Whom a policy is for does not hang on how he signs in.
    held = [one for one in policies if is_for(part(one, "conditions"), who) != NO]
    return _easiest(
        WayIn(_level(decision), sign_in, decision)
        for sign_in in _sign_ins(who)
        for decision in [decide(held, who, sign_in, where)]
    )


def _easiest(ways: Iterator[WayIn]) -> WayIn:
    """The first of the easiest; what comes after an open door is not worked out."""
    best = next(ways)
    while best.level > Level.OPEN and (way := next(ways, None)):
        best = min(best, way, key=lambda one: one.level)
    return best


def _sign_ins(who: Who) -> Sequence[SignIn]:
    if who.is_workload:
        return [SignIn(GRAPH)]
    return [
        SignIn(application, client_app=client_app, platform=platform)
        for (application, client_app), platform in product(_DOORS, _PLATFORMS)
        if platform != "windowsPhone"
    ]


def _level(decision: Decision) -> Level:
    if decision.blocked == YES:
        return Level.SHUT
    if decision.blocked != NO:
        return Level.DEPENDS
    return max((_hardness(finding.demand) for finding in decision.asked_by), default=Level.OPEN)


def _hardness(demand: Demand) -> Level:
    needs_device = [name in _NEEDS_DEVICE for name in demand.controls]
    hard = all(needs_device) if demand.any_one else any(needs_device)
    return Level.DEVICE if hard else Level.PROOF
