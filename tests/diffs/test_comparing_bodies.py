from hypothesis import given
from hypothesis import strategies as st

from apps.diffs.attributes import compare_bodies, leaves
from apps.diffs.changes import AttributeChange, Scope
from apps.diffs.choices import ChangeType, Native, Recoverable, Risk
from apps.diffs.comparison import classify
from apps.diffs.reasons import explain
from apps.diffs.recoverability import judge_link, judge_object
from apps.diffs.risk import of_link, of_object
from apps.entra.catalogue import KINDS, kind, link

USER, GROUP, POLICY = kind("user"), kind("group"), kind("conditionalAccessPolicy")


def names(changes: tuple[AttributeChange, ...]) -> list[str]:
    return [change.name for change in changes]


def test_a_value_that_came_or_went_is_a_change_like_any_other() -> None:
    changes = compare_bodies(USER, {"id": "1", "city": "Ulm"}, {"id": "1", "jobTitle": "Smith"})

    assert set(names(changes)) == {"city", "jobTitle"}
    assert changes[names(changes).index("city")].after is None


def test_absent_null_and_empty_are_the_same() -> None:
    assert compare_bodies(USER, {"otherMails": []}, {"city": None}) == ()


def test_what_changes_by_itself_is_no_change() -> None:
    volatile = next(one for one in KINDS if one.volatile)
    (name, *_) = volatile.volatile

    assert compare_bodies(volatile, {name: "a"}, {name: "b"}) == ()


def test_a_policy_has_not_changed_because_a_strength_it_names_has() -> None:
    before = {"grantControls": {"authenticationStrength": {"id": "s", "description": "old"}}}
    after = {"grantControls": {"authenticationStrength": {"id": "s", "description": "new"}}}

    assert compare_bodies(POLICY, before, after) == ()


def test_a_structured_attribute_is_told_part_by_part() -> None:
    before = {"users": {"includeUsers": ["All"]}, "platforms": None}
    after = {"users": {"includeUsers": ["All"], "excludeUsers": ["eve"]}}

    parts = leaves(AttributeChange("conditions", before, after))

    assert [(part.name, part.before, part.after) for part in parts] == [
        ("conditions.users.excludeUsers", None, ["eve"])
    ]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(st.sampled_from(["city", "jobTitle", "otherMails"]), values)


@given(body=bodies)
def test_a_body_does_not_differ_from_itself(body: dict[str, object]) -> None:
    assert compare_bodies(USER, body, body) == ()


@given(before=bodies, after=bodies)
def test_a_comparison_read_backwards_names_the_same_attributes(
    before: dict[str, object], after: dict[str, object]
) -> None:
    forwards, backwards = compare_bodies(USER, before, after), compare_bodies(USER, after, before)

    assert names(forwards) == names(backwards)
    assert [(c.before, c.after) for c in forwards] == [(c.after, c.before) for c in backwards]


def test_states_before_and_after_say_what_happened() -> None:
    assert classify("", "present") == ChangeType.CREATED
    assert classify("present", "soft-deleted") == ChangeType.SOFT_DELETED
    assert classify("soft-deleted", "present") == ChangeType.RESTORED
    assert classify("soft-deleted", "hard-deleted") == ChangeType.HARD_DELETED
    assert classify("", "hard-deleted") is None
    assert classify("soft-deleted", "soft-deleted") is None


def test_an_object_that_was_deleted_for_good_can_be_made_anew_by_us_alone() -> None:
    before = {"id": "1", "displayName": "Ann", "showInAddressList": True}
    verdict = judge_object(USER, ChangeType.HARD_DELETED, before=before, after={})

    assert (verdict.recoverable, verdict.native) == (Recoverable.YES, Native.NO)
    assert verdict.reason == "made-anew-as-account"


def test_a_guest_that_was_deleted_for_good_has_to_be_invited_again() -> None:
    before = {"id": "1", "displayName": "Ann", "userType": "Guest"}
    verdict = judge_object(USER, ChangeType.HARD_DELETED, before=before, after={})

    assert verdict.recoverable == Recoverable.NO
    assert "invited" in verdict.reason


def test_a_synchronised_user_cannot_be_changed_back_in_the_cloud() -> None:
    before = {"id": "1", "onPremisesSyncEnabled": True, "department": "Sales"}
    after = {**before, "department": "Nowhere"}

    attributes = tuple(names(compare_bodies(USER, before, after)))
    verdict = judge_object(
        USER, ChangeType.UPDATED, before=before, after=after, attributes=attributes
    )

    assert verdict.recoverable == Recoverable.NO
    assert verdict.lost == ("department",)
    assert verdict.reason


def test_an_update_of_what_only_entra_sets_is_lost_in_part() -> None:
    before = {"id": "1", "department": "Sales", "createdDateTime": "2024-01-01T00:00:00Z"}
    after = {"id": "1", "department": "Nowhere", "createdDateTime": "2025-01-01T00:00:00Z"}

    attributes = tuple(names(compare_bodies(USER, before, after)))
    verdict = judge_object(
        USER, ChangeType.UPDATED, before=before, after=after, attributes=attributes
    )

    assert verdict.recoverable == Recoverable.PARTLY
    assert verdict.lost == ("createdDateTime",)


def test_members_of_a_dynamic_group_follow_its_rule() -> None:
    dynamic = {"id": "g", "groupTypes": ["DynamicMembership"]}

    verdict = judge_link(
        link("group.members"), ChangeType.LINK_REMOVED, source=dynamic, gone=False, returns=False
    )

    assert verdict.recoverable == Recoverable.NO


def test_conditional_access_and_memberships_are_high_risk() -> None:
    assert of_object(POLICY, ChangeType.UPDATED, ["state"]) == Risk.HIGH
    assert of_object(USER, ChangeType.UPDATED, ["city"]) == Risk.LOW
    assert of_object(GROUP, ChangeType.SOFT_DELETED) == Risk.MEDIUM
    assert of_link(link("group.members")) == Risk.HIGH


def test_a_scope_survives_being_stored() -> None:
    scope = Scope(frozenset({"user"}), frozenset({"1", "2"}))

    assert Scope.from_json(scope.as_json()) == scope


def test_settings_that_came_with_their_group_are_nothing_to_put_back() -> None:
    after = {"id": "9_member", "scopeId": "9", "roleDefinitionId": "member"}
    verdict = judge_object(kind("groupRoleSetting"), ChangeType.CREATED, before={}, after=after)

    assert verdict.recoverable == Recoverable.NOTHING_TO_DO
    assert "comes and goes with that" in explain(verdict.reason)
