"""Where in a policy what stands, as data: one entry for every place that Graph documents.

Beta's places are here too, so that an imported policy is read as well. What an id at a place is of
is the catalogue's to say.
https://learn.microsoft.com/graph/api/resources/conditionalaccesspolicy
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from apps.entra.conditional_access.words import terms
from apps.entra.conditional_access.words.terms import Terms


class Part(StrEnum):
    """The questions that a policy answers, in the order in which people ask them."""

    WHO = "who"
    WHAT = "what"
    WHEN = "when"
    GRANT = "grant"
    SESSION = "session"

    @property
    def question(self) -> str:
        return _TITLES[self]


class Shape(StrEnum):
    """How the value at a place is made up."""

    VALUES = "values"  # strings, in an array or with commas between
    RULE = "rule"  # a filter: a mode and a rule
    STRENGTH = "strength"  # an authentication strength, by its id
    CONTROL = "control"  # a session control, with isEnabled and sometimes more
    SWITCH = "switch"  # yes or no


_TITLES: Final = {
    Part.WHO: "Who",
    Part.WHAT: "What",
    Part.WHEN: "Under which conditions",
    Part.GRANT: "Then",
    Part.SESSION: "Session",
}
_VERBS: Final = {
    (Part.WHO, False): ("Now applies to", "No longer applies to"),
    (Part.WHO, True): ("Now excludes", "No longer excludes"),
    (Part.WHAT, False): ("Now covers", "No longer covers"),
    (Part.WHAT, True): ("Now leaves out", "No longer leaves out"),
    (Part.WHEN, False): ("Now counts when", "No longer counts when"),
    (Part.WHEN, True): ("Now excludes when", "No longer excludes when"),
    (Part.GRANT, False): ("Now requires", "No longer requires"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a policy.

    path: dotted. words: what stands there, for people. one, many: what goes before its items in a
    sentence. excludes: what it names is let off. terms: keywords in words. refers: what is no
    keyword is an id. parts: of a session control, the names of its properties and their words.
    """

    path: str
    part: Part
    words: str
    one: str = ""
    many: str = ""
    shape: Shape = Shape.VALUES
    excludes: bool = False
    terms: Terms = field(default_factory=dict)
    refers: bool = False
    parts: tuple[tuple[str, Terms], ...] = ()

    @property
    def is_setting(self) -> bool:
        """Whether it is one setting that has a value, and no list in which things come and go."""
        return self.shape in (Shape.CONTROL, Shape.SWITCH) or self.path == OPERATOR


def verbs(part: Part, *, excludes: bool) -> tuple[str, str]:
    """How a sentence begins about what was put to, and what was taken off, a side of a part."""
    return _VERBS[part, excludes]


def _sides(
    path: str,
    part: Part,
    words: str,
    *nouns: str,
    terms_: Terms | None = None,
    refers: bool = False,
) -> Iterator[Place]:
    """A place that includes and its twin that excludes; {} in the path is either."""
    one, many = nouns or ("", "")
    for side in ("include", "exclude"):
        yield Place(
            path.format(side),
            part,
            words,
            one,
            many,
            excludes=side == "exclude",
            terms=terms_ or {},
            refers=refers,
        )


def _guests(side: str) -> Iterator[Place]:
    path, excludes = f"conditions.users.{side}GuestsOrExternalUsers", side == "exclude"
    yield Place(
        f"{path}.guestOrExternalUserTypes",
        Part.WHO,
        "Guests and external users",
        excludes=excludes,
        terms=terms.GUESTS,
    )
    yield Place(
        f"{path}.externalTenants.membershipKind",
        Part.WHO,
        "Guests and external users of",
        "guests of",
        "guests of",
        excludes=excludes,
        terms=terms.MEMBERSHIPS,
    )
    yield Place(
        f"{path}.externalTenants.members",
        Part.WHO,
        "Guests of the organisations",
        "guests of the organisation",
        "guests of the organisations",
        excludes=excludes,
        refers=True,
    )


def _rule(path: str, part: Part, words: str, noun: str) -> Place:
    return Place(path, part, words, noun, noun, shape=Shape.RULE)


def _condition(name: str, words: str, noun: str, terms_: Terms) -> Place:
    return Place(f"conditions.{name}", Part.WHEN, words, noun, noun, terms=terms_)


def _control(name: str, words: str, *parts: tuple[str, Terms]) -> Place:
    path = f"sessionControls.{name}"
    return Place(path, Part.SESSION, words, shape=Shape.CONTROL, parts=parts)


_USERS: Final = "conditions.users."
_APPS: Final = "conditions.applications."
_WORKLOADS: Final = "conditions.clientApplications."
OPERATOR: Final = "grantControls.operator"
CONTROLS: Final = "grantControls.builtInControls"
FREQUENCY: Final = "sessionControls.signInFrequency"

_WHO: Final = (
    *_sides(_USERS + "{}Users", Part.WHO, "Users", terms_=terms.USERS, refers=True),
    *_sides(_USERS + "{}Groups", Part.WHO, "Groups", "the group", "the groups", refers=True),
    *_sides(
        _USERS + "{}Roles",
        Part.WHO,
        "Directory roles",
        "holders of the role",
        "holders of the roles",
        refers=True,
    ),
    *_guests("include"),
    *_guests("exclude"),
    *_sides(
        _WORKLOADS + "{}ServicePrincipals",
        Part.WHO,
        "Service principals",
        terms_=terms.PRINCIPALS,
        refers=True,
    ),
    _rule(
        _WORKLOADS + "servicePrincipalFilter",
        Part.WHO,
        "Service principals by a rule",
        "service principals that match",
    ),
    *_sides(
        _WORKLOADS + "{}AgentIdServicePrincipals",
        Part.WHO,
        "Agent identities",
        terms_=terms.AGENTS,
        refers=True,
    ),
    _rule(
        _WORKLOADS + "agentIdServicePrincipalFilter",
        Part.WHO,
        "Agent identities by a rule",
        "agent identities that match",
    ),
    *_sides(
        "conditions.agents.{}AgentUsers",
        Part.WHO,
        "Agent users",
        terms_=terms.AGENTS,
        refers=True,
    ),
    _rule("conditions.agents.agentFilter", Part.WHO, "Agents by a rule", "agents that match"),
)
_WHAT: Final = (
    *_sides(
        _APPS + "{}Applications",
        Part.WHAT,
        "Resources",
        terms_=terms.APPLICATIONS,
        refers=True,
    ),
    _rule(_APPS + "applicationFilter", Part.WHAT, "Resources by a rule", "applications that match"),
    Place(
        _APPS + "includeUserActions",
        Part.WHAT,
        "User actions",
        "the action",
        "the actions",
        terms=terms.ACTIONS,
    ),
    Place(
        _APPS + "includeAuthenticationContextClassReferences",
        Part.WHAT,
        "Authentication contexts",
        "the authentication context",
        "the authentication contexts",
        refers=True,
    ),
)
_WHEN: Final = (
    _condition("userRiskLevels", "User risk", "user risk is", terms.RISKS),
    _condition("signInRiskLevels", "Sign-in risk", "sign-in risk is", terms.RISKS),
    _condition(
        "servicePrincipalRiskLevels",
        "Service principal risk",
        "the service principal's risk is",
        terms.RISKS,
    ),
    _condition("insiderRiskLevels", "Insider risk", "insider risk is", terms.INSIDER_RISKS),
    _condition("agentIdRiskLevels", "Agent risk", "the agent's risk is", terms.RISKS),
    *_sides(
        "conditions.platforms.{}Platforms",
        Part.WHEN,
        "Device platforms",
        "the platform is",
        "the platform is",
        terms_=terms.PLATFORMS,
    ),
    *_sides(
        "conditions.locations.{}Locations",
        Part.WHEN,
        "Locations",
        "the location is",
        "the location is",
        terms_=terms.LOCATIONS,
        refers=True,
    ),
    _condition("clientAppTypes", "Client apps", "the client is", terms.CLIENTS),
    _rule("conditions.devices.deviceFilter", Part.WHEN, "Devices by a rule", "the device matches"),
    *(
        place
        for path, words in (
            ("conditions.devices.{}Devices", "Devices"),
            ("conditions.devices.{}DeviceStates", "Device states"),
            ("conditions.deviceStates.{}States", "Device states (old)"),
        )
        for place in _sides(
            path, Part.WHEN, words, "the device is", "the device is", terms_=terms.DEVICE_STATES
        )
    ),
    _condition(
        "authenticationFlows.transferMethods",
        "Authentication flows",
        "the authentication flow is",
        terms.FLOWS,
    ),
    *_sides(
        "conditions.agentContext.{}AgentContexts",
        Part.WHEN,
        "Agent contexts",
        "the agent's context is",
        "the agent's context is",
    ),
)
_GRANT: Final = (
    Place(CONTROLS, Part.GRANT, "Controls", terms=terms.CONTROLS),
    Place(
        "grantControls.authenticationStrength",
        Part.GRANT,
        "Authentication strength",
        "the authentication strength",
        shape=Shape.STRENGTH,
        refers=True,
    ),
    Place(
        "grantControls.termsOfUse",
        Part.GRANT,
        "Terms of use",
        "the terms of use",
        "the terms of use",
        refers=True,
    ),
    Place(
        "grantControls.customAuthenticationFactors",
        Part.GRANT,
        "Custom controls",
        "the custom control",
        "the custom controls",
    ),
    Place(OPERATOR, Part.GRANT, "For granting access", terms=terms.OPERATORS),
)
_SESSION: Final = (
    _control(
        "signInFrequency",
        "Sign-in frequency",
        ("frequencyInterval", {}),
        ("value", {}),
        ("type", {}),
        ("authenticationType", terms.AUTHENTICATIONS),
    ),
    _control("persistentBrowser", "Persistent browser session", ("mode", terms.PERSISTENCE)),
    _control("applicationEnforcedRestrictions", "App enforced restrictions"),
    _control(
        "cloudAppSecurity",
        "Conditional Access App Control",
        ("cloudAppSecurityType", terms.APP_CONTROL),
    ),
    _control(
        "continuousAccessEvaluation", "Continuous access evaluation", ("mode", terms.EVALUATION)
    ),
    _control("secureSignInSession", "Token protection for sign-in sessions"),
    Place(
        "sessionControls.disableResilienceDefaults",
        Part.SESSION,
        "Resilience defaults",
        shape=Shape.SWITCH,
    ),
    _control(
        "globalSecureAccessFilteringProfile",
        "Global Secure Access security profile",
        ("profileId", {}),
    ),
)
PLACES: Final[tuple[Place, ...]] = (*_WHO, *_WHAT, *_WHEN, *_GRANT, *_SESSION)
# What says nothing of what a policy demands; its state is told by itself.
FRAME: Final = frozenset(
    {
        "id",
        "displayName",
        "description",
        "state",
        "templateId",
        "createdDateTime",
        "modifiedDateTime",
        "deletedDateTime",
    }
)
