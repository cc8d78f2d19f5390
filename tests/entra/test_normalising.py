"""One spelling for one state."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.entra.catalogue import KINDS, Kind, comparable, digest, kind, label, normalise

_LEAF = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6)
_VALUE = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "a", "b@odata.context", "@odata.type"]), inner)
    ),
    max_leaves=8,
)


_RULES = st.lists(st.fixed_dictionaries({"id": st.text(max_size=4), "a": _LEAF}), max_size=3)


def _bodies(entry: Kind) -> st.SearchStrategy[dict[str, Any]]:
    names = {"id", "@odata.context", "@odata.type", "unknownThing", *entry.by_name}
    anything = st.dictionaries(
        st.sampled_from(sorted(names - {"combinationConfigurations"})), _VALUE, max_size=7
    )
    if "combinationConfigurations" not in names:
        return anything
    rules = st.fixed_dictionaries({}, optional={"combinationConfigurations": _RULES})
    return st.builds(lambda some, more: {**some, **more}, anything, rules)


# Built once: making a strategy costs more than drawing from it.
_CASES = st.one_of(*(st.tuples(st.just(entry), _bodies(entry)) for entry in KINDS))


@given(_CASES)
def test_normalising_twice_changes_nothing(case: tuple[Kind, dict[str, Any]]) -> None:
    entry, raw = case
    once = normalise(entry, raw, version=entry.version)
    assert normalise(entry, once, version=entry.version) == once


@given(_CASES)
def test_absent_null_and_empty_are_one_state(case: tuple[Kind, dict[str, Any]]) -> None:
    entry, raw = case
    bare = {name: value for name, value in raw.items() if value is not None and value != []}
    assert normalise(entry, raw, version=entry.version) == normalise(
        entry, bare, version=entry.version
    )


@given(_CASES, st.randoms(use_true_random=False))
def test_the_order_of_keys_says_nothing(case: tuple[Kind, dict[str, Any]], dice: Any) -> None:
    entry, raw = case
    pairs = list(raw.items())
    dice.shuffle(pairs)
    first = normalise(entry, raw, version=entry.version)
    second = normalise(entry, dict(pairs), version=entry.version)
    assert digest(entry, first) == digest(entry, second)


def test_the_order_of_a_set_says_nothing() -> None:
    user = kind("user")
    one = normalise(user, {"id": "u", "otherMails": ["b", "a"]}, version="v1.0")
    other = normalise(user, {"id": "u", "otherMails": ["a", "b"]}, version="v1.0")
    assert one == other == {"id": "u", "otherMails": ["a", "b"]}


def test_the_order_of_scopes_and_their_spaces_say_nothing() -> None:
    grant = kind("oauth2PermissionGrant")
    raw = {"id": "g", "scope": " User.Read  Mail.Read "}
    assert normalise(grant, raw, version="v1.0")["scope"] == "Mail.Read User.Read"


def test_the_order_of_certificate_bindings_counts() -> None:
    method = kind("authenticationMethodConfiguration")
    bindings = [{"priority": 2}, {"priority": 1}]
    raw = {"id": "X509Certificate", "certificateUserBindings": bindings}
    assert normalise(method, raw, version="beta")["certificateUserBindings"] == bindings


def test_a_stamp_does_not_change_the_digest() -> None:
    policy = kind("conditionalAccessPolicy")
    before = {"id": "p", "state": "enabled", "modifiedDateTime": "2026-01-01T00:00:00Z"}
    after = before | {"modifiedDateTime": "2026-02-01T00:00:00Z"}
    assert digest(policy, before) == digest(policy, after)
    assert digest(policy, before) != digest(policy, before | {"state": "disabled"})


def test_a_rule_that_was_made_anew_is_the_same_rule() -> None:
    strength = kind("authenticationStrengthPolicy")
    rule = {
        "@odata.type": "#microsoft.graph.fido2CombinationConfiguration",
        "allowedAAGUIDs": ["x"],
    }
    before = {"id": "s", "combinationConfigurations": [{"id": "1", **rule}]}
    after = {"id": "s", "combinationConfigurations": [{"id": "2", **rule}]}
    assert comparable(strength, before) == comparable(strength, after)


def test_types_are_kept_where_a_collection_mixes_them() -> None:
    location = kind("namedLocation")
    raw = {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": "l",
        "ipRanges": [
            {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"}
        ],
    }
    assert normalise(location, raw, version="v1.0") == raw

    assert "@odata.type" not in normalise(
        kind("user"), {"@odata.type": "#microsoft.graph.user", "id": "u"}, version="v1.0"
    )
    agent = {"@odata.type": "#microsoft.graph.agentUser", "id": "u"}
    assert normalise(kind("user"), agent, version="v1.0") == agent


def test_a_body_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"v1\.0"):
        normalise(kind("user"), {"id": "u"}, version="beta")


def test_a_label_is_what_people_call_it() -> None:
    assert label(kind("user"), {"id": "u", "displayName": "Adele"}) == "Adele"
    assert label(kind("user"), {"id": "u"}) == "u"
