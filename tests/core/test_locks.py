"""Advisory locks keep others out, whatever happens to the holder's transactions."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction

from apps.core import locks
from apps.core.errors import Conflict


def test_different_locks_have_different_numbers() -> None:
    numbers = {lock.number for lock in (locks.audit_chain(), locks.job_tick())}
    numbers |= {locks.tenant_writer(uuid4()).number for _ in range(1000)}
    assert len(numbers) == 1002


@pytest.mark.usefixtures("db")
def test_a_second_writer_is_refused_until_the_first_is_done() -> None:
    lock = locks.tenant_writer(uuid4())
    with locks.held_in_session(lock), pytest.raises(Conflict), locks.held_in_session(lock):
        pass
    with locks.held_in_session(lock):
        pass


@pytest.mark.usefixtures("live_database")
def test_the_lock_outlives_a_failed_transaction_and_a_closed_connection() -> None:
    lock = locks.tenant_writer(uuid4())
    with locks.held_in_session(lock):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        connection.close()
        with pytest.raises(Conflict), locks.held_in_session(lock):
            pass


@pytest.mark.usefixtures("live_database")
def test_a_transaction_lock_needs_a_transaction() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        locks.hold_in_transaction(locks.audit_chain())
