"""The pace of Conditional Access, kept by all processes together.

Graph takes one request a second for a tenant, whoever asks, and gives no Retry-After
(https://learn.microsoft.com/graph/throttling-limits#conditional-access-service-limits). Each
request holds an advisory lock of PostgreSQL until a second after its answer. PostgreSQL serves
those who wait in their order, and lets go of what a process that died was holding.
"""

import threading

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core import locks


class TenantTurns:
    """Turns in one tenant. graph: the address of its cloud's Graph.

    Each has a connection of its own, because reading runs in threads that have none, and because
    what holds the lock must outlive the caller's transaction. At one a second that costs little.
    """

    def __init__(self, graph: str, entra_id: str) -> None:
        self._lock = locks.conditional_access_turn(graph, entra_id)

    def take(self) -> "TenantTurn":
        """Wait until no process is at it."""
        connection = connections.create_connection(DEFAULT_DB_ALIAS)
        connection.inc_thread_sharing()
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_lock(%s)", [self._lock.number])
        except BaseException:
            connection.close()
            raise
        return TenantTurn(connection)


class TenantTurn:
    """Held until it ends."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection

    def end(self, seconds: float) -> None:
        """Let the next one have its turn so many seconds from now."""
        later = threading.Timer(seconds, self._connection.close)
        later.daemon = True
        later.start()
