"""Values in words: nothing of the directory becomes markup, ids get names, differences show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.diffs.ids import ids_in
from apps.portal.presenting import in_brief, request_text, side_by_side, with_names, words

GROUP = "3773f55d-875b-4e59-aeda-0fbaeaf69b68"
NAMES = {GROUP: "CA <Exclude>"}
OURS = ("<del>", "</del>", "<ins>", "</ins>", "</span>", '<span class="none">')

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(alphabet="<>&\"'a "),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("<b"), inner, max_size=3),
    max_leaves=6,
)


@given(before=values, after=values)
def test_no_value_becomes_markup(before: Any, after: Any) -> None:
    for text in (*side_by_side(before, after, {}), *in_brief(before, after, {})):
        left = str(text)
        for piece in OURS:
            left = left.replace(piece, "")
        assert "<" not in left
        assert ">" not in left


def test_names_are_escaped_too() -> None:
    before, after = side_by_side([GROUP], [], NAMES)

    assert "CA &lt;Exclude&gt;" in before
    assert f'<span class="id">{GROUP}</span>' in before
    assert "(none)" in after
    assert "CA &lt;Exclude&gt;" in in_brief([GROUP], [], NAMES)[0]


def test_of_lists_only_what_came_or_went_is_marked() -> None:
    before, after = side_by_side(["kept", "gone"], ["kept", "come"], {})

    assert before == "kept\n<del>gone</del>"
    assert after == "kept\n<ins>come</ins>"
    assert in_brief(["kept", "gone"], ["kept", "come"], {}) == ("gone", "come")


def test_texts_are_compared_word_by_word() -> None:
    before, after = side_by_side("Head of Sales", "Head of Purchasing", {})

    assert before == "Head of <del>Sales</del>"
    assert after == "Head of <ins>Purchasing</ins>"


def test_absent_is_said_in_words_and_empty_text_is_not_absent() -> None:
    assert "(none)" in in_brief(None, "x", {})[0]
    assert in_brief("", "x", {})[0] == "(empty)"
    assert in_brief(False, True, {}) == ("no", "yes")


def test_long_lists_are_cut_and_counted() -> None:
    assert in_brief([], ["a", "b", "c", "d", "e"], {})[1] == "a, b, c and 2 more"


def test_a_request_shows_the_name_beside_the_id() -> None:
    text = with_names(f'{{"groupId": "{GROUP}"}}', NAMES)

    assert f'{GROUP} <span class="known">CA &lt;Exclude&gt;</span>&quot;' in text


def test_a_step_shows_what_goes_over_the_wire() -> None:
    request = {
        "method": "PATCH",
        "version": "v1.0",
        "path": f"/groups/{GROUP}",
        "headers": {},
        "body": {"description": "<b>"},
        "repeatable": True,
    }

    text = request_text({"request": request, "singly": [{**request, "body": None}]}, NAMES)

    assert text.startswith(f"PATCH /v1.0/groups/{GROUP} <span")
    assert "&lt;b&gt;" in text
    assert text.count("PATCH") == 2


def test_ids_are_found_however_deep() -> None:
    assert list(ids_in({"a": [{"b": f"x {GROUP}"}, 1, None]})) == [GROUP]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("group.members", "group members"),
        ("conditionalAccessPolicy", "Conditional Access policy"),
        ("soft-deleted", "soft deleted"),
        ("directoryAudit", "directory audit"),
    ],
)
def test_names_of_the_catalogue_are_said_in_words(name: str, said: str) -> None:
    assert words(name) == said
