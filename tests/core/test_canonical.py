"""One value, one byte string."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core import canonical, digests

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(VALUES)
def test_reading_and_writing_again_gives_the_same_bytes(value: Any) -> None:
    once = canonical.dumps(value)
    assert canonical.dumps(canonical.loads(once)) == once


@given(st.dictionaries(st.text(), SCALARS, min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert canonical.dumps(turned) == canonical.dumps(value)


@given(VALUES)
def test_other_readers_of_json_understand_it(value: Any) -> None:
    assert json.loads(canonical.dumps(value)) == value


def test_a_number_has_one_spelling() -> None:
    assert canonical.dumps([1.0, -0.0, 2.5]) == canonical.dumps([1, 0, 2.5]) == b"[1,0,2.5]"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_json_has_no_number_for_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="NaN"):
        canonical.dumps({"deep": [value]})


@given(st.floats(allow_nan=False, allow_infinity=False), st.text())
def test_a_float_is_found_wherever_it_stands(number: float, text: str) -> None:
    integral = number.is_integer() and abs(number) <= 2**53
    spelling = str(int(number)).encode() if integral else canonical.dumps(number)

    assert canonical.dumps([number]) == b"[" + spelling + b"]"
    assert canonical.dumps({"a": [text, number]}).endswith(b"," + spelling + b"]}")
    assert canonical.dumps({"a": number}) == b'{"a":' + spelling + b"}"


def test_dates_are_refused_because_they_have_many_spellings() -> None:
    with pytest.raises(TypeError):
        canonical.dumps({"at": datetime(2026, 1, 1, tzinfo=UTC)})


def test_a_digest_is_bound_to_its_purpose() -> None:
    assert digests.of_value("plan", {"a": 1}) != digests.of_value("audit", {"a": 1})
    assert len(digests.of_value("plan", {})) == digests.SIZE
