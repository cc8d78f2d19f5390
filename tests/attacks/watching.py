"""What a piece of code changed, looked for in the tables that its statements write to: cheaper than
comparing all rows after each of some thousand attempts, most of which end in a refusal.

A write that this would miss (one that a database function made) is still found where it is not
rolled back, because the tests compare everything at their end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tests.attacks.fingerprint import NOT_COMPARED, Fingerprint, changed_tables, fingerprint

# Not what an insertion does on a conflict, nor the rows that a query locks.
_UPDATE = r"update(?!\s+(?:set|of|skip|nowait)\b)"
_WRITES = re.compile(
    rf"\b(?:insert\s+into|{_UPDATE}|delete\s+from|merge\s+into|copy)\s+\"?(\w+)", re.I
)
# What apps.core.scope_connection puts in front.
_TOLD = re.compile(r"^(?:set holdfast\.\w+ = '[^']*';)+")
_READS = re.compile(r"\s*(?:select|with|savepoint|release|rollback|set|show)\b", re.I)


@contextmanager
def written_tables() -> Iterator[set[str]]:
    """The tables that statements inside the block wrote to; "?" for a statement not understood."""
    found: set[str] = set()

    def note(execute: Any, sql: Any, *arguments: Any) -> Any:
        text = _TOLD.sub("", str(sql))
        tables = _WRITES.findall(text)
        found.update(tables or ([] if _READS.match(text) else ["?"]))
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        yield found


def changed_by(written: set[str], before: Fingerprint) -> set[str]:
    """The tables that are no longer as they were, among those written to that an attack must leave
    alone; among all of them after a statement that was not understood."""
    looked_at = written - NOT_COMPARED.keys()
    if not looked_at:
        return set()
    if not looked_at <= before.keys():
        return changed_tables(before, fingerprint())
    was = {table: before[table] for table in looked_at}
    return changed_tables(was, fingerprint(looked_at))
