"""/auditLogs/directoryAudits.

https://learn.microsoft.com/graph/api/directoryaudit-list
"""

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


def list_audits(call: Call) -> Answer:
    """Newest first unless ordered otherwise."""
    options = options_of(call)
    entries = call.directory.audit
    chosen = range(len(entries)) if options.orderby else range(len(entries) - 1, -1, -1)
    records = [_record(entries[index], index) for index in chosen]
    return list_collection(
        call,
        Collection(type_name=_TYPE, context=_CONTEXT, records=records, largest_page=LARGEST_PAGE),
    )


def get_audit(call: Call) -> Answer:
    """GET /auditLogs/directoryAudits/{id}."""
    wanted = call.variables["id"]
    for index, entry in enumerate(call.directory.audit):
        if entry["id"] == wanted:
            return show(call, _record(entry, index), _TYPE, _CONTEXT)
    raise not_found(wanted)


def _record(entry: dict[str, Any], index: int) -> Record:
    return Record(id=entry["id"], type=_TYPE, body=entry, position=index)
