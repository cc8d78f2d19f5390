"""The published templates do to a sign-in what their documentation says they do."""

from dataclasses import replace
from typing import Any

import pytest

from apps.entra.conditional_access import Answer, Level, SignIn, Where, Who, best_way_in, decide
from apps.entra.conditional_access.resources import AZURE_PORTAL, GRAPH_POWERSHELL
from tests.entra.conditional_access import templates as t

NOWHERE = Where()
ADMIN = Who("a0000000-0000-4000-8000-000000000001", roles=frozenset({t.GLOBAL_ADMINISTRATOR}))
READER = Who("a0000000-0000-4000-8000-000000000002")
GUEST = Who("a0000000-0000-4000-8000-000000000003", guest="b2bCollaborationGuest", home="h")
CREATOR = Who(t.CREATOR, roles=frozenset({t.GLOBAL_ADMINISTRATOR}))
WINDOWS = SignIn(
    AZURE_PORTAL,
    client_app="browser",
    platform="windows",
    address="203.0.113.7",
    country="NL",
    in_mfa_trusted_ips=False,
    user_risk="none",
    sign_in_risk="none",
    insider_risk="none",
)


def asked(policy: dict[str, Any], who: Who, sign_in: SignIn = WINDOWS) -> set[str]:
    found = decide([policy], who, sign_in, NOWHERE)
    return {control for finding in found.asked_by for control in finding.demand.controls}


def blocked(policy: dict[str, Any], who: Who, sign_in: SignIn = WINDOWS) -> Answer:
    return decide([policy], who, sign_in, NOWHERE).blocked


def other(**changes: Any) -> SignIn:
    return replace(WINDOWS, **changes)


@pytest.mark.parametrize(
    ("policy", "who", "controls"),
    [
        (t.MFA_FOR_ADMINS, ADMIN, {"mfa"}),
        (t.MFA_FOR_ADMINS, READER, set()),
        (t.MFA_FOR_ADMINS, CREATOR, set()),
        (t.MFA_FOR_ADMIN_PORTALS, ADMIN, {"mfa"}),
        (t.MFA_FOR_ALL, READER, {"mfa"}),
        (t.MFA_FOR_ALL, GUEST, {"mfa"}),
        (t.MFA_FOR_AZURE, READER, {"mfa"}),
        (t.DEVICE_OR_MFA, READER, {"compliantDevice", "domainJoinedDevice", "mfa"}),
        (t.COMPLIANT_DEVICE, READER, {"compliantDevice"}),
        (t.MFA_FOR_GUESTS, GUEST, {"mfa"}),
        (t.MFA_FOR_GUESTS, READER, set()),
        (t.PHISHING_RESISTANT, ADMIN, {"authenticationStrength"}),
        (t.NO_PERSISTENT_SESSION, READER, set()),
        (t.SECURING_REGISTRATION, READER, set()),
    ],
)
def test_a_template_asks_for_what_it_says(policy: Any, who: Who, controls: set[str]) -> None:
    assert asked(policy, who) == controls
    assert blocked(policy, who) == Answer.NO


def test_admin_portals_are_not_the_command_line() -> None:
    assert asked(t.MFA_FOR_ADMIN_PORTALS, ADMIN, other(application=GRAPH_POWERSHELL)) == set()


def test_registering_security_information_is_asked_for_proof_outside_trusted_places() -> None:
    office = {"id": "office", "isTrusted": True, "ipRanges": [{"cidrAddress": "203.0.113.0/24"}]}
    registering = other(user_action="urn:user:registersecurityinfo")
    inside = decide([t.SECURING_REGISTRATION], READER, registering, Where({"office": office}))
    outside = decide([t.SECURING_REGISTRATION], READER, registering, NOWHERE)
    guest = decide([t.SECURING_REGISTRATION], GUEST, registering, NOWHERE)

    assert not inside.asked_by
    assert [finding.demand.controls for finding in outside.asked_by] == [("mfa",)]
    assert not guest.asked_by


@pytest.mark.parametrize(
    ("sign_in", "answer"),
    [
        (WINDOWS, Answer.NO),
        (other(client_app="exchangeActiveSync"), Answer.YES),
        (other(client_app="other"), Answer.YES),
        (other(client_app="mobileAppsAndDesktopClients"), Answer.NO),
        (other(client_app=None), Answer.MAYBE),
    ],
)
def test_legacy_authentication_is_blocked(sign_in: SignIn, answer: Answer) -> None:
    assert blocked(t.BLOCK_LEGACY, READER, sign_in) == answer


@pytest.mark.parametrize(
    ("platform", "answer"),
    [("windows", Answer.NO), ("linux", Answer.YES), (None, Answer.MAYBE)],
)
def test_unknown_platforms_are_blocked(platform: Any, answer: Answer) -> None:
    assert blocked(t.BLOCK_UNKNOWN_PLATFORMS, READER, other(platform=platform)) == answer


@pytest.mark.parametrize(
    ("flow", "answer"),
    [("", Answer.NO), ("deviceCodeFlow", Answer.YES), ("authenticationTransfer", Answer.YES)],
)
def test_flows_that_move_a_sign_in_are_blocked(flow: str, answer: Answer) -> None:
    assert blocked(t.BLOCK_TRANSFER, READER, other(flow=flow)) == answer


@pytest.mark.parametrize(
    ("policy", "risk", "controls"),
    [
        (t.MFA_FOR_RISKY_SIGN_INS, {"sign_in_risk": "medium"}, {"mfa"}),
        (t.MFA_FOR_RISKY_SIGN_INS, {"sign_in_risk": "low"}, set()),
        (t.MFA_FOR_RISKY_SIGN_INS, {"sign_in_risk": None}, {"mfa"}),
        (t.NEW_PASSWORD_FOR_RISKY_USERS, {"user_risk": "high"}, {"mfa", "passwordChange"}),
        (t.NEW_PASSWORD_FOR_RISKY_USERS, {"user_risk": "medium"}, set()),
    ],
)
def test_risk_counts_and_unknown_risk_counts_as_the_worst(
    policy: Any, risk: dict[str, Any], controls: set[str]
) -> None:
    assert asked(policy, READER, other(**risk)) == controls


def test_insider_risk_blocks_and_unknown_may() -> None:
    assert blocked(t.BLOCK_INSIDER_RISK, READER) == Answer.NO
    assert blocked(t.BLOCK_INSIDER_RISK, READER, other(insider_risk="elevated")) == Answer.YES
    assert blocked(t.BLOCK_INSIDER_RISK, READER, other(insider_risk=None)) == Answer.MAYBE


def test_all_templates_together_leave_their_creator_the_way_in_that_they_promise() -> None:
    assert len(t.ALL) == 16
    creator = best_way_in(t.ALL, CREATOR, NOWHERE)
    admin = best_way_in(t.ALL, ADMIN, NOWHERE)

    assert creator.level == Level.OPEN
    assert admin.level == Level.DEPENDS
    assert [finding.name for finding in admin.decision.blocked_by] == ["Block insider risk"]


def test_templates_switched_to_report_only_change_nothing() -> None:
    quiet = [
        {**policy, "state": state}
        for policy in t.ALL
        for state in ("enabledForReportingButNotEnforced", "disabled")
    ]
    assert best_way_in(quiet, ADMIN, NOWHERE).level == Level.OPEN
