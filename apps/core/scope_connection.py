"""Tells PostgreSQL the scope and the person, as settings of the session.

holdfast.tenant_ids and holdfast.user_id are what the policies of row-level security ask (see
apps.core.walls). They are brought up to date just before a statement is sent, and only when they
may differ from the scope of the code that sends it. So they are right however connections are
reused, scopes nested, and transactions rolled back: PostgreSQL undoes a set_config() together with
the transaction or savepoint it was made in, which is why values set inside one are forgotten here
as soon as that may have ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus

from apps.core import scope

_SET = (
    b"select set_config('holdfast.tenant_ids', $1, false),"
    b" set_config('holdfast.user_id', $2, false)"
)


@dataclass(slots=True)
class _Follower:
    """What the session's settings are known to be; `told` None when that is not known."""

    told: tuple[scope.Scope | None, UUID | None] | None = None
    block: object | None = None  # outermost atomic block they were set in, None outside any

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        connection = context["connection"]
        status = connection.connection.pgconn.transaction_status
        if status != TransactionStatus.INERROR:
            self._bring_up_to_date(connection, status)
        if str(sql).startswith("ROLLBACK TO SAVEPOINT"):
            self.told = None
        return execute(sql, params, many, context)

    def _bring_up_to_date(self, connection: Any, status: TransactionStatus) -> None:
        if self.block is not None and (
            status == TransactionStatus.IDLE or self.block is not _outermost(connection)
        ):
            self.told = None
        wanted = scope.current(), scope.current_person()
        if self.told == wanted:
            return
        tenants, user_id = wanted
        settings = (tenants.setting if tenants else "", str(user_id or ""))
        # Three times a request: by libpq itself, in a third of what a cursor takes.
        told = connection.connection.pgconn.exec_params(_SET, [one.encode() for one in settings])
        if told.status != ExecStatus.TUPLES_OK:
            raise error_from_result(told)
        self.told, self.block = wanted, _outermost(connection)


def _outermost(connection: Any) -> object | None:
    return connection.atomic_blocks[0] if connection.atomic_blocks else None


def follow_scope(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of connection_created: a new session knows no scope yet."""
    if connection.vendor != "postgresql":
        return
    wrappers = connection.execute_wrappers
    wrappers[:] = [wrapper for wrapper in wrappers if not isinstance(wrapper, _Follower)]
    wrappers.insert(0, _Follower())
