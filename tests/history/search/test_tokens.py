"""A leaf that has what is looked for is never passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.history.choices import ObjectState as State
from apps.history.search.entries import Entry, Record
from apps.history.search.folding import Question, fold, tidy
from apps.history.search.leaves import LeafPlace
from apps.history.search.slices import places_of
from apps.history.search.sought import by_reference, by_text
from apps.history.search.tokens import bitmap_of, bitmap_with, sliced_tokens

ID = "0a1b2c3d-0000-4000-8000-00000000000a"
texts = st.text(max_size=30).map(tidy) | st.just(ID) | st.just("Anna-Maria Müller-Lüdenscheidt")
entries = st.builds(
    lambda object_id, words, refers: Entry(
        object_id, (Record(1, State.PRESENT, tuple(words), tuple(refers)),)
    ),
    st.text("0123456789abcdefXYZ-_", min_size=1, max_size=12),
    st.lists(texts, min_size=1, max_size=4),
    st.lists(st.sampled_from(["All", ID, "g1"]), max_size=2),
)
leaves = st.lists(entries, min_size=1, max_size=6, unique_by=lambda entry: entry.object_id)


@given(leaves, leaves, st.data())
def test_the_leaf_and_the_line_of_what_is_found_are_always_looked_at(
    held: list[Entry], added: list[Entry], data: st.DataObject
) -> None:
    bitmap = bitmap_with(bitmap_of(held), added)
    place = LeafPlace("user", "", None, len(held), "1")
    entry = data.draw(st.sampled_from([*held, *added]))
    text = data.draw(st.sampled_from([entry.object_id, *(entry.records[0].texts or ())]))
    start = data.draw(st.integers(0, len(text)))
    question = Question.of(text[start : data.draw(st.integers(start, len(text)))])
    known = entry.at(1)
    assert known is not None

    sought = by_text(question, [State.PRESENT])

    held_places = places_of(sliced_tokens([*held, *added]))
    if sought.accepts(entry.object_id, known):
        assert sought.may_be_in(place, bitmap)
        assert any(one <= held_places for one in sought.sliced) or not sought.sliced
        assert entry.to_line() in list(sought.lines(entry.to_line()))
    for one in known.refers:
        using = by_reference([one], [State.PRESENT])
        assert using.may_be_in(place, bitmap)
        assert any(one <= held_places for one in using.sliced)
        assert entry.to_line() in list(using.lines(entry.to_line()))


@given(st.text(), st.data())
def test_a_part_of_a_text_is_a_part_of_it_folded_and_lines_stay_lines(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))

    assert fold(text[start : data.draw(st.integers(start, len(text)))]) in fold(text)
    assert fold(text).count("\n") == text.count("\n")
    assert "\n" not in tidy(text)
