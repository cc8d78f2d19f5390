"""Tells PostgreSQL the scope and the person, as settings of the session.

holdfast.tenant_ids and holdfast.user_id are what the policies of row-level security ask (see
apps.core.walls). They are brought up to date with a statement, and only when they may differ from
the scope of the code that sends it: as SETs in front of it, in the same message, so that telling
takes no way of its own to the server. So they are right however connections are reused, scopes
nested, and transactions rolled back: PostgreSQL undoes a SET together with the transaction or
savepoint it was made in, and with a message that fails, which is why values are forgotten here as
soon as that may have happened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import ClientCursor
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from apps.core import scope

_Told = tuple[scope.Scope | None, UUID | None]
# What begins and ends savepoints touches no row, and is best left alone.
_OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@dataclass(slots=True)
class _Follower:
    """What the session's settings are known to be; `told` None when that is not known."""

    told: _Told | None = None
    block: object | None = None  # outermost atomic block they were set in, None outside any
    times: int = 0  # that they were sent

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        connection = context["connection"]
        if isinstance(sql, str) and sql.startswith(_OF_TRANSACTIONS):
            if sql.startswith("ROLLBACK"):
                self.told = None
            return execute(sql, params, many, context)
        news = self._news(connection)
        if not news:
            return execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        wanted, self.told = self._wanted(), None
        if many or not isinstance(sql, str) or not isinstance(cursor, ClientCursor):
            _send(connection, news)
            self._know(connection, wanted)
            return execute(sql, params, many, context)
        given = execute("".join(news) + sql, params, many, context)
        for _ in news:
            cursor.nextset()
        self._know(connection, wanted)
        return given

    def _news(self, connection: Any) -> list[str]:
        """What the session has to be told before the next statement, as statements."""
        status = connection.connection.pgconn.transaction_status
        if status == TransactionStatus.INERROR:
            return []  # it takes none but those that end the transaction
        if self.block is not None and (
            status == TransactionStatus.IDLE or self.block is not _outermost(connection)
        ):
            self.told = None
        wanted = self._wanted()
        if self.told == wanted:
            return []
        tenants, user_id = wanted
        known = self.told
        news = []
        if known is None or known[0] != tenants:
            news.append(f"set holdfast.tenant_ids = '{tenants.setting if tenants else ''}';")
        if known is None or known[1] != user_id:
            news.append(f"set holdfast.user_id = '{user_id or ''}';")
        return news

    def _wanted(self) -> _Told:
        return scope.current(), scope.current_person()

    def _know(self, connection: Any, told: _Told) -> None:
        self.told, self.block = told, _outermost(connection)
        self.times += 1


def _send(connection: Any, statements: list[str]) -> None:
    """Ahead of the statement: a server-side cursor's or a series' cannot be added to."""
    told = connection.connection.pgconn.exec_("".join(statements).encode())
    if told.status != ExecStatus.COMMAND_OK:
        raise error_from_result(told)


def _outermost(connection: Any) -> object | None:
    return connection.atomic_blocks[0] if connection.atomic_blocks else None


def follow_scope(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of connection_created: a new session knows no scope yet."""
    if connection.vendor != "postgresql":
        return
    wrappers = connection.execute_wrappers
    wrappers[:] = [wrapper for wrapper in wrappers if not isinstance(wrapper, _Follower)]
    wrappers.insert(0, _Follower())


def times_told(connection: BaseDatabaseWrapper) -> int:
    """How often the session was told its settings since it began."""
    return sum(one.times for one in connection.execute_wrappers if isinstance(one, _Follower))
