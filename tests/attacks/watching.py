"""Which tables a piece of code writes to, read off its statements: cheaper than comparing all rows
after each of some thousand attempts that end in a refusal.

A write that this would miss (one that a database function made) is still found, because what is not
rolled back is part of the next fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tests.attacks.fingerprint import NOT_COMPARED

_WRITES = re.compile(r"\b(?:insert\s+into|update|delete\s+from|merge\s+into|copy)\s+\"?(\w+)", re.I)
# What apps.core.scope_connection puts in front.
_TOLD = re.compile(r"^(?:set holdfast\.\w+ = '[^']*';)+")
_READS = re.compile(r"\s*(?:select|savepoint|release|rollback|set|show)\b", re.I)


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


def worth_comparing(written: set[str]) -> bool:
    """Whether anything was written that an attack must not leave behind."""
    return bool(written - NOT_COMPARED.keys() - {"holdfast_cache"})
