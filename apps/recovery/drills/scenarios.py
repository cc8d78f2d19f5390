"""What can happen to a tenant, as data. What is hit is drawn from the snapshot's own digest, so
that the same drill of the same snapshot does the same damage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from apps.core.errors import Invalid

Act = Literal["bin", "purge", "change", "empty"]


@dataclass(frozen=True, slots=True)
class Damage:
    """One sort of damage to objects of a kind.

    act: "bin" deletes, "purge" deletes for good, "change" writes `values`, "empty" removes all
    targets of `link`. share: of the kind's objects, at least `least` and at most `most` of them.
    without: leaves out objects whose property has this value; having: takes those alone. along:
    (kind, property) of what is hit the same way before it, because it has the same value there.
    """

    kind: str
    act: Act
    share: float
    least: int = 1
    most: int = 500
    link: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    without: Mapping[str, Any] = field(default_factory=dict)
    having: Mapping[str, Any] = field(default_factory=dict)
    along: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something to recover from. name: as rows and the API know it."""

    name: str
    title: str
    what: str
    damages: tuple[Damage, ...]


# What Entra is not the master of cannot be damaged there (nor mended).
_CLOUD: Final = {"onPremisesSyncEnabled": True}


_PEOPLE: Final = (
    Damage("user", "bin", 0.10, most=200, without=_CLOUD),
    Damage("user", "purge", 0.02, most=20, without=_CLOUD),
)
_DETAILS: Final = (
    Damage(
        "user",
        "change",
        0.10,
        most=300,
        without=_CLOUD,
        values={"department": "Unknown", "jobTitle": "Unknown", "officeLocation": None},
    ),
)
_POLICIES: Final = (
    Damage("conditionalAccessPolicy", "change", 0.4, most=30, values={"state": "disabled"}),
    Damage("conditionalAccessPolicy", "bin", 0.2, most=20),
    Damage("namedLocation", "bin", 0.2, most=5),
)
_GROUPS: Final = (Damage("group", "empty", 0.25, most=50, link="group.members", without=_CLOUD),)
_GROUPS_GONE: Final = (Damage("group", "purge", 0.1, most=20, without=_CLOUD),)
# A service principal that is left in the bin names its application by an appId that is gone.
_APPLICATIONS: Final = (
    Damage(
        "application",
        "purge",
        0.2,
        most=10,
        having={"signInAudience": "AzureADMyOrg"},
        along=("servicePrincipal", "appId"),
    ),
)

SCENARIOS: Final = {
    one.name: one
    for one in (
        Scenario(
            "people-deleted",
            "People deleted",
            "One in ten accounts is deleted and one in fifty deleted for good.",
            _PEOPLE,
        ),
        Scenario(
            "details-overwritten",
            "People's details overwritten",
            "A faulty feed overwrites department, title and office of one in ten people.",
            _DETAILS,
        ),
        Scenario(
            "policies-changed",
            "Conditional Access changed",
            "Policies are switched off and removed, and named locations with them.",
            _POLICIES,
        ),
        Scenario(
            "groups-emptied",
            "Groups emptied",
            "One in four groups loses all its members, one in ten is deleted for good.",
            (*_GROUPS, *_GROUPS_GONE),
        ),
        Scenario(
            "applications-removed",
            "Applications removed for good",
            "One in five of the tenant's own applications is deleted for good.",
            _APPLICATIONS,
        ),
        Scenario(
            "worst-of-all",
            "All of it at once",
            "People, groups, policies, locations and applications are deleted, emptied, changed "
            "and deleted for good, in one night.",
            (*_APPLICATIONS, *_GROUPS, *_GROUPS_GONE, *_DETAILS, *_PEOPLE, *_POLICIES),
        ),
    )
}
DEFAULT: Final = "worst-of-all"
# Not damaged but left behind: what a snapshot that was put into another tenant stands for.
TENANT_LOST: Final = Scenario(
    "tenant-lost",
    "The tenant is lost",
    "Its snapshot is put into another tenant of the same MSP, and everything is made there.",
    (),
)


def described(name: str) -> Scenario:
    """What was rehearsed, also where nobody can choose it. Raises Invalid."""
    return TENANT_LOST if name == TENANT_LOST.name else scenario(name)


def scenario(name: str) -> Scenario:
    """The scenario of that name. Raises Invalid."""
    try:
        return SCENARIOS[name]
    except KeyError:
        raise Invalid(
            "There is no such scenario.",
            code="no-such-scenario",
            safe="No drill was started.",
            todo=f"Choose one of: {', '.join(SCENARIOS)}.",
        ) from None
