"""What differs within texts: marked word by word, and nothing of either text is changed."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from apps.portal.inline import alike_items, compare_texts
from apps.portal.presenting import side_by_side

texts = st.text(alphabet="ab <>&,;.\n", max_size=60)


def without_marks(text: str) -> str:
    return html.unescape(re.sub("</?(del|ins)>", "", text))


@given(before=texts, after=texts)
def test_without_the_marks_each_side_is_the_text_itself(before: str, after: str) -> None:
    marked = compare_texts(before, after)

    if marked is not None:
        assert without_marks(marked.before) == before
        assert without_marks(marked.after) == after
        assert ("<del>" in marked.before or "<ins>" in marked.after) == (before != after)


def test_of_a_long_text_only_what_is_near_a_difference_is_shown() -> None:
    clauses = [f'(user.department -eq "Department {number}")' for number in range(400)]
    before = " or ".join(clauses)
    after = before.replace("Department 200", "Division 200")

    marked = compare_texts(before, after)

    assert marked is not None
    assert "Division 200" in marked.after
    assert len(marked.after) < 1000 < len(after)
    assert "characters" in marked.after


def test_texts_that_share_nothing_are_shown_as_two() -> None:
    assert compare_texts("abc def", "uvw xyz") is None
    assert compare_texts("", "anything") is None


def test_items_of_lists_that_are_alike_are_compared_within() -> None:
    assert alike_items(["smtp:ann@old.example"], ["smtp:ann@new.example", "x"]) == {
        "smtp:ann@old.example": "smtp:ann@new.example"
    }
    before, after = side_by_side(
        ["kept", "SMTP:ann@old.example"], ["kept", "SMTP:ann@new.example"], {}
    )

    assert before == "kept\nSMTP:ann@<del>old</del>.example"
    assert after == "kept\nSMTP:ann@<ins>new</ins>.example"
