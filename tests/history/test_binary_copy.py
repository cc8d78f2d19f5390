"""Rows for COPY, put together by hand."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.history.capture import binary_copy

pytestmark = pytest.mark.django_db

# PostgreSQL keeps no NUL in a text.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=300)
rows = st.lists(
    st.tuples(
        st.integers(-(2**31), 2**31 - 1),
        st.none() | texts,
        st.none() | st.binary(max_size=300),
        st.booleans(),
    ),
    max_size=20,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows)
@example([(0, "", b"", False), (-1, None, None, True), (1, "ü\n\t\\N", b"\xff\xff", True)])
def test_what_is_copied_is_read_back(
    given: list[tuple[int, str | None, bytes | None, bool]],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "create temporary table if not exists copied"
            " (at bigint generated always as identity, n integer, t text, b bytea, f boolean)"
        )
        cursor.execute("truncate copied")
        binary_copy.copy(
            "copied",
            "n, t, b, f",
            (
                binary_copy.start(4)
                + binary_copy.integer(n)
                + binary_copy.text(t)
                + binary_copy.field(b)
                + (binary_copy.TRUE if f else binary_copy.FALSE)
                for n, t, b, f in given
            ),
        )
        cursor.execute("select n, t, b, f from copied order by at")
        read = [(n, t, None if b is None else bytes(b), f) for n, t, b, f in cursor.fetchall()]

    assert read == given


def test_without_rows_nothing_is_sent() -> None:
    with CaptureQueriesContext(connection) as asked:
        binary_copy.copy("there_is_no_such_table", "n", ())

    assert asked.captured_queries == []
