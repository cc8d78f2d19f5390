from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.django_db
@settings(max_examples=50, deadline=None)
@given(at=st.datetimes(timezones=st.just(UTC)))
def test_times_come_back_as_they_were_put_in(at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select %s::timestamptz", (at,))
        (found,) = cursor.fetchone()

    assert found == at
    assert found.tzinfo is UTC


@pytest.mark.django_db
def test_a_time_that_python_cannot_tell_is_refused() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 'infinity'::timestamptz")
        with pytest.raises(Exception, match="timestamp too large"):
            cursor.fetchone()
