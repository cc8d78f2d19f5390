"""The people that a history is measured with."""

from hypothesis import given
from hypothesis import strategies as st

from apps.demo.bench.history.people import changed_on, person


@given(number=st.integers(0, 1_999), day=st.integers(1, 60))
def test_a_person_differs_from_the_day_before_exactly_when_he_is_said_to_change(
    number: int, day: int
) -> None:
    moved = person(number, day) != person(number, day - 1)

    assert moved == (number in changed_on(day, 2_000))


@given(number=st.integers(0, 100_000))
def test_a_number_is_one_person(number: int) -> None:
    assert person(number) == person(number)
    assert person(number)["id"] != person(number + 1)["id"]
