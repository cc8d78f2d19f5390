"""Tells PostgreSQL the scope, as the setting holdfast.tenant_ids of the session.

The setting is brought up to date just before a statement is sent, and only when it may differ
from the scope of the code that sends it. So it is right however connections are reused, scopes
nested, and transactions rolled back: PostgreSQL undoes a set_config() together with the
transaction or savepoint it was made in, which is why a value set inside one is forgotten here
as soon as that may have ended.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

from apps.core import scope

SETTING = "holdfast.tenant_ids"
_SET = f"select set_config('{SETTING}', %s, false)"


@dataclass(slots=True)
class _Follower:
    """What the session's setting is known to be; `value` None when it is not known."""

    value: str | None = None
    block: object | None = None  # outermost atomic block it was set in, None outside any

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        connection = context["connection"]
        status = connection.connection.pgconn.transaction_status
        if status != TransactionStatus.INERROR:
            self._bring_up_to_date(connection, status)
        if str(sql).startswith("ROLLBACK TO SAVEPOINT"):
            self.value = None
        return execute(sql, params, many, context)

    def _bring_up_to_date(self, connection: Any, status: TransactionStatus) -> None:
        if self.block is not None and (
            status == TransactionStatus.IDLE or self.block is not _outermost(connection)
        ):
            self.value = None
        current = scope.current()
        wanted = current.setting() if current else ""
        if self.value == wanted:
            return
        connection.connection.execute(_SET, [wanted])
        self.value, self.block = wanted, _outermost(connection)


def _outermost(connection: Any) -> object | None:
    return connection.atomic_blocks[0] if connection.atomic_blocks else None


def follow_scope(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of connection_created: a new session knows no scope yet."""
    if connection.vendor != "postgresql":
        return
    wrappers = connection.execute_wrappers
    wrappers[:] = [wrapper for wrapper in wrappers if not isinstance(wrapper, _Follower)]
    wrappers.insert(0, _Follower())
