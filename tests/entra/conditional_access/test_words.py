"""Policies in words: every place that Graph documents is told, and what is new is told as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.entra.catalogue.conditional_access import CONDITIONAL_ACCESS_POLICY
from apps.entra.conditional_access.words import PLACES, Change, Sentence, compare, read, sentences
from apps.entra.conditional_access.words import terms as words_of
from apps.entra.conditional_access.words.grammar import FRAME, Shape
from apps.sandbox.schema.conditional_access import NESTED

GROUP = "3773f55d-875b-4e59-aeda-0fbaeaf69b68"
POLICY: dict[str, Any] = {
    "displayName": "Require MFA",
    "state": "enabled",
    "conditions": {
        "users": {"includeUsers": ["All"], "excludeGroups": [GROUP]},
        "applications": {"includeApplications": ["All"]},
        "clientAppTypes": ["all"],
    },
    "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    "sessionControls": None,
}


def text(said: Sentence | Change) -> str:
    return "".join(
        piece if isinstance(piece, str) else piece.text or piece.raw for piece in said.pieces
    )


def said(policy: Mapping[str, Any]) -> list[str]:
    return [text(one) for one in sentences(read(policy))]


def changed(path: str, value: Any) -> dict[str, Any]:
    """The policy with something else at a path."""
    policy = copy.deepcopy(POLICY)
    place = policy
    *above, last = path.split(".")
    for name in above:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    place[last] = value
    return policy


def differences(path: str, value: Any) -> list[str]:
    return [text(one) for one in compare(POLICY, changed(path, value))]


def documented() -> Iterator[tuple[str, str]]:
    """Every leaf below a policy that the sandbox's schema has, with its type."""
    yield from _below("conditions", "conditionalAccessConditionSet")
    yield from _below("grantControls", "conditionalAccessGrantControls")
    yield from _below("sessionControls", "conditionalAccessSessionControls")


def _types() -> dict[str, tuple[str, list[tuple[str, str]]]]:
    found: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    entries = NESTED.replace(",\n    ", ", ").replace(":\n    ", ": ").strip().splitlines()
    for line in entries:
        if line.startswith(("enum", "flags")):
            continue
        head, _, rest = line.partition(":")
        name, _, base = head.partition(" < ")
        fields = [one.split()[:2] for one in rest.split(",") if one.strip()]
        found[name.strip()] = (base.strip(), [(field, of) for field, of in fields])
    return found


TYPES = _types()


def _below(path: str, name: str) -> Iterator[tuple[str, str]]:
    derived = [one for one, (base, _) in TYPES.items() if base == name]
    base, fields = TYPES[name]
    for field, of in [*fields, *(TYPES[base][1] if base else ())]:
        below, single = f"{path}.{field}", of.removesuffix("[]")
        if below == "grantControls.authenticationStrength":
            yield f"{below}.id", "String"
        elif single in TYPES:
            yield from _below(below, single)
        else:
            yield below, of
    for one in derived:
        yield from ((f"{path}.{field}", of) for field, of in TYPES[one][1])


DOCUMENTED = sorted(set(documented()))


@pytest.mark.parametrize(("path", "of"), DOCUMENTED)
def test_every_documented_place_is_told_by_a_line(path: str, of: str) -> None:
    value: Any = True if of == "Boolean" else 4 if of == "Int32" else "some value"
    value = [value] if of.endswith("[]") else value

    told = read(changed(path, value))

    assert not told.unknown
    assert told != read(POLICY)


def test_the_schema_was_understood() -> None:
    assert len(DOCUMENTED) > 55
    assert ("conditions.insiderRiskLevels", "conditionalAccessInsiderRiskLevels") in DOCUMENTED


def test_all_references_of_the_catalogue_stand_at_places_that_refer() -> None:
    refers = {place.path for place in PLACES if place.refers}
    paths = {
        one.path.removesuffix("[]").removesuffix(".id")
        for one in CONDITIONAL_ACCESS_POLICY.references
        if not one.pattern
    }
    assert paths <= refers


def test_all_properties_of_the_catalogue_are_the_frame_or_told() -> None:
    tops = {place.path.split(".")[0] for place in PLACES}
    assert set(CONDITIONAL_ACCESS_POLICY.by_name) - {"id"} <= FRAME | tops


def test_a_policy_is_told_in_sentences_with_its_exceptions_by_themselves() -> None:
    assert said(POLICY) == [
        "It applies to all users.",
        f"It never applies to the group {GROUP}.",
        "It covers all resources (all cloud apps).",
        "It counts under all conditions.",
        "Then access takes multifactor authentication.",
    ]
    assert [one.is_exclusion for one in sentences(read(POLICY))] == [False, True, *3 * [False]]


def test_who_blocks_says_so_and_when() -> None:
    policy = {
        **POLICY,
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
        "conditions": {
            **POLICY["conditions"],
            "locations": {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
            "devices": {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}},
            "signInRiskLevels": ["high", "medium"],
        },
    }

    assert "It counts only when sign-in risk is high or medium." in said(policy)
    assert "It does not count when the location is all trusted locations." in said(policy)
    assert "It does not count when the device matches device.isCompliant -eq True." in said(policy)
    assert "Then access is blocked." in said(policy)


@pytest.mark.parametrize(
    ("operator", "joined"), [("AND", "and a password change"), ("OR", "or a password change")]
)
def test_controls_are_joined_as_the_policy_says(operator: str, joined: str) -> None:
    grant = {"operator": operator, "builtInControls": ["mfa", "passwordChange"]}

    assert f"Then access takes multifactor authentication {joined}." in said(
        {**POLICY, "grantControls": grant}
    )


@pytest.mark.parametrize(
    ("control", "told"),
    [
        (
            {"signInFrequency": {"isEnabled": True, "value": 9, "type": "hours"}},
            "Sign-in frequency: every 9 hours.",
        ),
        (
            {"signInFrequency": {"isEnabled": True, "value": 1, "type": "days"}},
            "Sign-in frequency: every day.",
        ),
        ({"signInFrequency": {"frequencyInterval": "everyTime"}}, "Sign-in frequency: every time."),
        ({"persistentBrowser": {"isEnabled": False}}, "Persistent browser session: switched off."),
        ({"disableResilienceDefaults": True}, "Resilience defaults: switched off."),
    ],
)
def test_session_controls_are_told_as_they_are_set(control: dict[str, Any], told: str) -> None:
    assert told in said({**POLICY, "sessionControls": control})


def test_many_names_are_counted_in_the_sentence_and_listed_in_the_line() -> None:
    policy = changed("conditions.users.includeRoles", [f"role {number}" for number in range(13)])

    assert said(policy)[0] == "It applies to all users and 13 directory roles."
    assert sum(len(line.items) for line in read(policy).lines if "Roles" in line.place.path) == 13


@given(
    path=st.sampled_from(["conditions", "conditions.users", "grantControls", "sessionControls"]),
    name=st.text("abcXYZ", min_size=3, max_size=9),
    value=st.recursive(
        st.booleans() | st.integers(0, 9) | st.text("ab", min_size=1),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=2)
            | st.dictionaries(st.text("cd", min_size=1), inner, min_size=1, max_size=2)
        ),
        max_leaves=3,
    ),
)
def test_what_is_new_in_a_policy_is_told_as_it_is(path: str, name: str, value: Any) -> None:
    new = changed(f"{path}.{name}", value)

    told, differing = read(new), compare(POLICY, new)

    assert all(one.path.startswith(f"{path}.{name}") for one in told.unknown)
    assert told.unknown
    assert [one.is_known for one in differing] == [False] * len(told.unknown)


def test_a_new_keyword_is_told_and_marked() -> None:
    line = read(changed("conditions.clientAppTypes", ["telepathy"])).lines

    assert [item.is_known for one in line for item in one.items if item.raw == "telepathy"] == [
        False
    ]


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("conditions.users.excludeGroups", [], f"No longer excludes the group {GROUP}."),
        (
            "conditions.users.excludeGroups",
            [GROUP, "other"],
            "Now excludes the group other.",
        ),
        ("conditions.users.includeUsers", [], "No longer applies to all users."),
        (
            "conditions.applications.excludeApplications",
            ["Office365"],
            "Now leaves out Office 365.",
        ),
        ("conditions.userRiskLevels", ["high"], "Now counts only when user risk is high."),
        (
            "conditions.clientAppTypes",
            [],
            "Client apps: no longer a condition, was any client.",
        ),
        ("grantControls.builtInControls", ["mfa", "block"], "Now blocks access."),
        (
            "grantControls.operator",
            "AND",
            "For granting access: was one of these controls, is now all of these controls.",
        ),
        (
            "sessionControls.persistentBrowser",
            {"isEnabled": True, "mode": "never"},
            "Persistent browser session: was not set, is now never persistent.",
        ),
        ("state", "disabled", "State: was On, is now Off."),
    ],
)
def test_a_difference_is_told_in_a_sentence(path: str, value: Any, told: str) -> None:
    assert differences(path, value) == [told]


def test_exceptions_come_first_among_the_differences() -> None:
    policy = changed("conditions.users.excludeUsers", ["somebody"])
    policy["state"] = "disabled"

    assert [one.is_exclusion for one in compare(POLICY, policy)] == [True, False]


def test_equal_policies_differ_in_nothing_whatever_they_are_called() -> None:
    assert compare(POLICY, {**POLICY, "displayName": "Another", "id": "1"}) == []


def test_a_strength_is_told_by_its_id_and_not_by_the_copy_that_graph_puts_there() -> None:
    strength = {"id": "s1", "displayName": "Strong", "allowedCombinations": ["fido2"]}

    told = read(changed("grantControls.authenticationStrength", strength))
    again = changed("grantControls.authenticationStrength", {"id": "s1"})

    assert not told.unknown
    assert not compare(changed("grantControls.authenticationStrength", strength), again)


def test_every_keyword_of_the_schema_has_words() -> None:
    known = {word for table in vars(words_of).values() if isinstance(table, dict) for word in table}
    enums = dict(
        line.split(" ", 1)[1].split(":", 1)
        for line in NESTED.replace(",\n    ", ", ").splitlines()
        if line.startswith(("enum", "flags"))
    )
    elsewhere = {"riskLevel", "countryLookupMethodType", "compliantNetworkType", "filterMode"}
    own = {"signInFrequencyInterval", "signinFrequencyType"}
    for name, values in enums.items():
        if name not in elsewhere | own:
            wanted = {one.strip() for one in values.split(",")} - {"unknownFutureValue"}
            assert wanted <= known, name
    assert Shape.VALUES in {place.shape for place in PLACES}
