"""The registry of advisory locks. Every lock the product takes is named here.

PostgreSQL numbers advisory locks with 64 bits; ours are the first 8 bytes of the SHA-256 of the
lock's name and subject (https://www.postgresql.org/docs/current/explicit-locking.html).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, Error, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core import digests
from apps.core.errors import Conflict


@dataclass(frozen=True, slots=True)
class Lock:
    """One advisory lock. name: what it guards. subject: which one of them, "" for the only one."""

    name: str
    subject: str = ""

    @property
    def number(self) -> int:
        key = f"holdfast:lock:{self.name}:{self.subject}".encode()
        digest = digests.sha256(key)
        return int.from_bytes(digest[:8], "big", signed=True)


def audit_chain() -> Lock:
    """Held in a transaction while the next record of the audit trail is appended."""
    return Lock("audit-chain")


def tenant_writer(tenant_id: UUID) -> Lock:
    """Held in a session by the one job that may write a tenant's history or the tenant itself."""
    return Lock("tenant-writer", str(tenant_id))


def tenant_history(tenant_id: UUID) -> Lock:
    """Held in a session by the one capture of a tenant that is under way.

    Apart from the tenant writer's, which a job holds that captures as a part of its work.
    """
    return Lock("tenant-history", str(tenant_id))


def search_index(tenant_id: UUID) -> Lock:
    """Held in a transaction while a tenant's search index is written."""
    return Lock("search-index", str(tenant_id))


def offsite_copy(store_id: UUID, subject: str) -> Lock:
    """Held in a session by whoever ships a tenant, or the installation, to one off-site store."""
    return Lock("offsite-copy", f"{store_id}/{subject}")


def tenant_pruning(tenant_id: UUID) -> Lock:
    """Held in a session by the one pruning of a tenant's history that is under way.

    Captures may run beside it: they only add to the end.
    """
    return Lock("tenant-pruning", str(tenant_id))


def tenant_connection(tenant_id: UUID) -> Lock:
    """Held in a transaction while a tenant's connections or consent requests are changed."""
    return Lock("tenant-connection", str(tenant_id))


def conditional_access_turn(graph: str, entra_id: str) -> Lock:
    """Held in a session of its own around one request to a tenant's Conditional Access."""
    return Lock("conditional-access-turn", f"{graph}/{entra_id}")


def sign_in_limit(bucket: str) -> Lock:
    """Held in a transaction while the failures of one bucket of the sign-in limits are counted."""
    return Lock("sign-in-limit", bucket)


def people(msp_id: UUID) -> Lock:
    """Held in a transaction while people and roles of an MSP or its customers are changed."""
    return Lock("people", str(msp_id))


def push_target(target_id: UUID) -> Lock:
    """Held in a session by whoever sends the audit trail on to a target, so that order is kept."""
    return Lock("push-target", str(target_id))


def notification_route(route_id: UUID) -> Lock:
    """Held in a session by whoever sends messages over one notification route."""
    return Lock("notification-route", str(route_id))


def api_answer(token_id: UUID, key_digest: bytes) -> Lock:
    """Held in a transaction while a request with an Idempotency-Key is answered."""
    return Lock("api-answer", f"{token_id}/{key_digest.hex()}")


def api_thing(path: str) -> Lock:
    """Held in a transaction while a thing is changed by the API if it is as it was seen."""
    return Lock("api-thing", path)


def rehearsal(tenant_id: UUID) -> Lock:
    """Held in a session by the drill that a rehearsal's tenant belongs to, as long as it lives."""
    return Lock("rehearsal", str(tenant_id))


def drill_turn(number: int) -> Lock:
    """Held in a session by a drill that is under way: there are as many as may go on at once."""
    return Lock("drill-turn", str(number))


def job_tick() -> Lock:
    """Held in a transaction by the one tick that picks due tenants."""
    return Lock("job-tick")


def hold_in_transaction(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Wait for the lock and hold it until the current transaction ends."""
    if not connections[using].in_atomic_block:
        raise transaction.TransactionManagementError(f"{lock.name} needs a transaction")
    with connections[using].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [lock.number])


def try_in_transaction(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Take the lock until the current transaction ends, if nobody has it."""
    with connections[using].cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [lock.number])
        row = cursor.fetchone()
    return bool(row and row[0])


@contextmanager
def held_in_session(lock: Lock, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Hold the lock for the block, across its transactions; Conflict when somebody has it.

    The lock has a connection of its own: whatever happens to the caller's transactions or
    connection, it is held until the block ends or the process dies.
    """
    connection = connections[using].copy()
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock(%s)", [lock.number])
            row = cursor.fetchone()
        if not (row and row[0]):
            raise Conflict("Another job is at work on this.", code="locked")
        try:
            yield
        finally:
            # The server notices a closed connection only some time later.
            _release(connection, lock)
    finally:
        connection.close()


def _release(connection: BaseDatabaseWrapper, lock: Lock) -> None:
    """Give a session's lock back at once. A connection that broke has lost it already."""
    with suppress(Error), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(%s)", [lock.number])
