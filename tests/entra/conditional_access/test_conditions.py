"""Who and where: the conditions one by one, and how they come together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.entra.conditional_access import (
    Answer,
    Level,
    SignIn,
    Where,
    Who,
    best_way_in,
    decide,
    evaluate,
)
from apps.entra.conditional_access.resources import AZURE_MANAGEMENT, AZURE_PORTAL, GRAPH
from tests.entra.conditional_access import templates as t
from tests.entra.conditional_access.templates import policy

ANNA = "a0000000-0000-4000-8000-000000000001"
GROUP = "b0000000-0000-4000-8000-000000000001"
HOME = "d0000000-0000-4000-8000-000000000001"
PORTAL = SignIn(AZURE_PORTAL, client_app="browser", platform="macOS")
NOWHERE = Where()


def applies(users: dict[str, Any], who: Who) -> Answer:
    return evaluate(policy("p", users=users), who, PORTAL, NOWHERE).applies


@pytest.mark.parametrize(
    ("users", "answer"),
    [
        ({"includeUsers": ["All"]}, Answer.YES),
        ({"includeUsers": ["None"]}, Answer.NO),
        ({"includeUsers": [ANNA]}, Answer.YES),
        ({"includeGroups": [GROUP]}, Answer.YES),
        ({"includeUsers": ["All"], "excludeUsers": [ANNA]}, Answer.NO),
        ({"includeUsers": [ANNA], "excludeGroups": [GROUP]}, Answer.NO),
        ({"includeUsers": ["All"], "excludeRoles": [t.USER_ADMINISTRATOR]}, Answer.NO),
        ({"includeRoles": [t.SECURITY_ADMINISTRATOR]}, Answer.MAYBE),
        ({"includeUsers": ["All"], "excludeRoles": [t.SECURITY_ADMINISTRATOR]}, Answer.MAYBE),
        ({"includeRoles": [t.GLOBAL_ADMINISTRATOR]}, Answer.NO),
        ({"includeUsers": ["GuestsOrExternalUsers"]}, Answer.NO),
        ({}, Answer.NO),
    ],
)
def test_whom_a_policy_is_for(users: dict[str, Any], answer: Answer) -> None:
    anna = Who(
        ANNA,
        groups=frozenset({GROUP}),
        roles=frozenset({t.USER_ADMINISTRATOR}),
        roles_at_hand=frozenset({t.SECURITY_ADMINISTRATOR}),
    )
    assert applies(users, anna) == answer


def _guests(types: str, *members: str) -> dict[str, Any]:
    kind = "enumerated" if members else "all"
    return {
        "guestOrExternalUserTypes": types,
        "externalTenants": {"membershipKind": kind, "members": list(members)},
    }


@pytest.mark.parametrize(
    ("guests", "home", "answer"),
    [
        (_guests("serviceProvider,b2bCollaborationGuest"), HOME, Answer.YES),
        (_guests("b2bCollaborationGuest"), HOME, Answer.NO),
        (_guests("serviceProvider", HOME), HOME, Answer.YES),
        (_guests("serviceProvider", HOME), "another", Answer.NO),
        (_guests("serviceProvider", HOME), None, Answer.MAYBE),
    ],
)
def test_a_providers_technician_is_told_from_other_guests(
    guests: Any, home: str | None, answer: Answer
) -> None:
    technician = Who(ANNA, guest="serviceProvider", home=home)

    assert applies({"includeGuestsOrExternalUsers": guests}, technician) == answer
    everybody_else = {"includeUsers": ["All"], "excludeGuestsOrExternalUsers": guests}
    assert applies(everybody_else, technician) == ~answer


@pytest.mark.parametrize(
    ("applications", "answer"),
    [
        ({"includeApplications": ["All"]}, Answer.YES),
        ({"includeApplications": ["None"]}, Answer.NO),
        ({"includeApplications": ["none"]}, Answer.NO),
        ({"includeApplications": [AZURE_PORTAL]}, Answer.YES),
        ({"includeApplications": [AZURE_MANAGEMENT]}, Answer.YES),
        ({"includeApplications": ["MicrosoftAdminPortals"]}, Answer.YES),
        ({"includeApplications": ["Office365"]}, Answer.NO),
        ({"includeApplications": ["All"], "excludeApplications": [AZURE_PORTAL]}, Answer.NO),
        ({"includeApplications": [], "applicationFilter": {"mode": "include", "rule": "x"}}, 1),
        (
            {"includeApplications": ["All"], "applicationFilter": {"mode": "exclude", "rule": "x"}},
            1,
        ),
        ({"includeAuthenticationContextClassReferences": ["c1"]}, Answer.NO),
    ],
)
def test_what_a_policy_is_for(applications: dict[str, Any], answer: int) -> None:
    asked = evaluate(policy("p", applications=applications), Who(ANNA), PORTAL, NOWHERE)
    assert asked.applies == answer


OFFICE = {
    "office": {
        "isTrusted": True,
        "ipRanges": [{"cidrAddress": "203.0.113.0/24"}, {"cidrAddress": "2001:db8::/32"}],
    },
    "dutch": {
        "countriesAndRegions": ["NL"],
        "includeUnknownCountriesAndRegions": True,
        "countryLookupMethod": "clientIpAddress",
    },
}


@pytest.mark.parametrize(
    ("locations", "address", "country", "answer"),
    [
        (["office"], "203.0.113.9", None, Answer.YES),
        (["office"], "2001:db8::1", None, Answer.YES),
        (["office"], "198.51.100.1", None, Answer.NO),
        (["office"], None, None, Answer.MAYBE),
        (["dutch"], None, "nl", Answer.YES),
        (["dutch"], None, "BE", Answer.NO),
        (["dutch"], None, "", Answer.YES),
        (["dutch"], None, None, Answer.MAYBE),
        (["AllTrusted"], "203.0.113.9", None, Answer.YES),
        (["gone"], "203.0.113.9", "NL", Answer.MAYBE),
    ],
)
def test_where_a_policy_holds(
    locations: list[str], address: str | None, country: str | None, answer: Answer
) -> None:
    sign_in = SignIn(AZURE_PORTAL, address=address, country=country, in_mfa_trusted_ips=False)
    there = policy("p", locations={"includeLocations": locations, "excludeLocations": []})
    elsewhere = policy("p", locations={"includeLocations": ["All"], "excludeLocations": locations})

    assert evaluate(there, Who(ANNA), sign_in, Where(OFFICE)).applies == answer
    assert evaluate(elsewhere, Who(ANNA), sign_in, Where(OFFICE)).applies == ~answer


def test_a_policy_says_on_what_it_hangs_and_what_excuses() -> None:
    hanging = policy("p", signInRiskLevels=["high"], devices={"deviceFilter": {"rule": "x"}})
    excused = policy("p", users={"includeUsers": ["None"]}, signInRiskLevels=["high"])

    assert evaluate(hanging, Who(ANNA), PORTAL, NOWHERE).unknown == ("devices", "signInRiskLevels")
    assert evaluate(excused, Who(ANNA), PORTAL, NOWHERE).excused_by == "users"


def test_blocking_wins_over_everything_else() -> None:
    shut = policy("shut", controls=["block"])
    found = decide([t.MFA_FOR_ALL, shut], Who(ANNA), PORTAL, NOWHERE)
    assert found.blocked == Answer.YES
    assert best_way_in([t.MFA_FOR_ALL, shut], Who(ANNA), NOWHERE).level == Level.SHUT


@pytest.mark.parametrize(
    ("policies", "level"),
    [
        ([], Level.OPEN),
        ([t.MFA_FOR_ALL], Level.PROOF),
        ([t.DEVICE_OR_MFA], Level.PROOF),
        ([t.COMPLIANT_DEVICE], Level.DEVICE),
        ([t.BLOCK_UNKNOWN_PLATFORMS], Level.OPEN),
        ([t.BLOCK_LEGACY], Level.OPEN),
        (
            [
                policy(
                    "only from the office",
                    locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
                    controls=["block"],
                )
            ],
            Level.DEPENDS,
        ),
        (
            [
                policy(
                    "portals only",
                    applications={"includeApplications": ["MicrosoftAdminPortals"]},
                    controls=["block"],
                )
            ],
            Level.OPEN,
        ),
    ],
)
def test_how_hard_it_is_to_get_in(policies: list[Any], level: Level) -> None:
    assert best_way_in(policies, Who(ANNA), NOWHERE).level == level


def _for_principals(**principals: Any) -> dict[str, Any]:
    return policy(
        "principals",
        users={"includeUsers": ["None"]},
        clientApplications=principals,
        controls=["block"],
    )


@pytest.mark.parametrize(
    ("principals", "single_tenant", "level"),
    [
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}, True, Level.SHUT),
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}, None, Level.DEPENDS),
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}, False, Level.OPEN),
        ({"includeServicePrincipals": [ANNA]}, True, Level.SHUT),
        ({"includeServicePrincipals": ["another"]}, True, Level.OPEN),
        (
            {
                "includeServicePrincipals": ["ServicePrincipalsInMyTenant"],
                "excludeServicePrincipals": [ANNA],
            },
            True,
            Level.OPEN,
        ),
        (
            {
                "includeServicePrincipals": [],
                "servicePrincipalFilter": {"mode": "include", "rule": "x"},
            },
            True,
            Level.DEPENDS,
        ),
    ],
)
def test_service_principals_have_policies_of_their_own(
    principals: dict[str, Any], single_tenant: bool | None, level: Level
) -> None:
    ours = Who(ANNA, is_workload=True, single_tenant=single_tenant)
    found = best_way_in([_for_principals(**principals), t.MFA_FOR_ALL], ours, NOWHERE)
    assert found.level == level
    assert found.sign_in.application == GRAPH


def test_what_is_not_known_of_a_policy_counts_against_the_person() -> None:
    strange = {
        "id": "p",
        "state": "newState",
        "conditions": {
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
        },
        "grantControls": {"builtInControls": ["block"]},
    }
    assert best_way_in([strange], Who(ANNA), NOWHERE).level == Level.SHUT


_ANY = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4) | st.sampled_from(["All", ANNA, "block"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "conditions",
                    "users",
                    "includeUsers",
                    "applications",
                    "includeApplications",
                    "locations",
                    "includeLocations",
                    "grantControls",
                    "builtInControls",
                    "platforms",
                    "devices",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["conditions", "grantControls", "state"]), _ANY))
def test_no_shape_of_a_policy_is_too_strange(body: dict[str, Any]) -> None:
    evaluate(body, Who(ANNA), PORTAL, NOWHERE)


@given(st.lists(st.sampled_from(t.ALL), max_size=6), st.sampled_from(t.ALL))
def test_one_more_policy_never_makes_it_easier(policies: list[Any], another: Any) -> None:
    admin = Who(ANNA, roles=frozenset({t.GLOBAL_ADMINISTRATOR}))
    before = best_way_in(policies, admin, NOWHERE).level
    assert best_way_in([*policies, another], admin, NOWHERE).level >= before
