"""/auditLogs/directoryAudits.

https://learn.microsoft.com/graph/api/directoryaudit-list
"""

import re
from bisect import bisect_left
from typing import Any

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import not_found
from apps.sandbox.graph.options import options_of
from apps.sandbox.state.records import Record

from .objects import show

LARGEST_PAGE = 1_000
_TYPE = "directoryAudit"
_CONTEXT = "auditLogs/directoryAudits"
_SINCE = re.compile(r"activityDateTime ge (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z")


def list_audits(call: Call) -> Answer:
    """Newest first unless ordered otherwise."""
    options = options_of(call)
    entries = call.directory.audit
    first = _first_wanted(entries, options.filter or "")
    chosen = range(first, len(entries))
    if not options.orderby:
        chosen = chosen[::-1]
    records = [_record(entries[index], index) for index in chosen]
    return list_collection(
        call,
        Collection(
            type_name=_TYPE,
            context=_CONTEXT,
            records=records,
            largest_page=LARGEST_PAGE,
            ordered="activityDateTime",
        ),
    )


def _first_wanted(entries: list[dict[str, Any]], asked: str) -> int:
    """The first entry that can match: the log is in the order of time, and mostly what is asked
    for is what happened since a moment."""
    since = _SINCE.fullmatch(asked)
    if since is None:
        return 0
    return bisect_left(entries, since[1], key=lambda entry: str(entry["activityDateTime"])[:19])


def get_audit(call: Call) -> Answer:
    """GET /auditLogs/directoryAudits/{id}."""
    wanted = call.variables["id"]
    for index, entry in enumerate(call.directory.audit):
        if entry["id"] == wanted:
            return show(call, _record(entry, index), _TYPE, _CONTEXT)
    raise not_found(wanted)


def _record(entry: dict[str, Any], index: int) -> Record:
    return Record(id=entry["id"], type=_TYPE, body=entry, position=index)
