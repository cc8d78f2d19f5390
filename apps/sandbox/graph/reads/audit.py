"""/auditLogs/directoryAudits.

https://learn.microsoft.com/graph/api/directoryaudit-list
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, overload

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import not_found
from apps.sandbox.graph.options import options_of
from apps.sandbox.state.records import Record

from .objects import show

LARGEST_PAGE = 1_000
_TYPE = "directoryAudit"
_CONTEXT = "auditLogs/directoryAudits"
_IN_ORDER = "activityDateTime"
_SINCE = re.compile(r"activityDateTime ge (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z")


def list_audits(call: Call) -> Answer:
    """Newest first unless ordered otherwise."""
    options = options_of(call)
    entries = call.directory.audit
    since = _SINCE.fullmatch(options.filter or "")
    first, picked = 0, None
    if since is not None and options.orderby == _IN_ORDER and not options.search:
        # The log is in the order of time, and what happened since a moment is its end.
        first = bisect_left(entries, since[1], key=_second_of)
        picked = (since[0], _IN_ORDER)
    chosen = range(first, len(entries))
    records = _Log(entries, chosen if options.orderby else chosen[::-1])
    return list_collection(
        call,
        Collection(
            type_name=_TYPE,
            context=_CONTEXT,
            records=records,
            largest_page=LARGEST_PAGE,
            picked=picked,
        ),
    )


class _Log(Sequence[Record]):
    """Entries as records, made when they are looked at: a log is long, a page of it short."""

    def __init__(self, entries: Sequence[dict[str, Any]], chosen: range) -> None:
        self._entries, self._chosen = entries, chosen

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | Sequence[Record]:
        if isinstance(at, slice):
            return _Log(self._entries, self._chosen[at])
        index = self._chosen[at]
        return _record(self._entries[index], index)


def _second_of(entry: dict[str, Any]) -> str:
    return str(entry["activityDateTime"])[:19]


def get_audit(call: Call) -> Answer:
    """GET /auditLogs/directoryAudits/{id}."""
    wanted = call.variables["id"]
    for index, entry in enumerate(call.directory.audit):
        if entry["id"] == wanted:
            return show(call, _record(entry, index), _TYPE, _CONTEXT)
    raise not_found(wanted)


def _record(entry: dict[str, Any], index: int) -> Record:
    return Record(id=entry["id"], type=_TYPE, body=entry, position=index)
