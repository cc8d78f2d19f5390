"""The bin of Conditional Access: deleted policies and named locations, kept for 30 days.

https://learn.microsoft.com/graph/api/resources/policydeletableitem. A policy comes back in the
state it was deleted in; a named location comes back not trusted.
"""

from __future__ import annotations

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing
from apps.sandbox.rules import conditional_access as rules
from apps.sandbox.state.records import Record
from apps.sandbox.writes import base, conditional_access, licensing, named_locations, rendering


def restore_policy(call: Call) -> Answer:
    """POST .../deletedItems/policies/{id}/restore and .../policies/{id}/restore."""
    record = _deleted(call, conditional_access.FAMILY)
    licensing.check_p1(call)
    conditional_access.check_security_defaults(call, record.body)
    if call.directory.count(conditional_access.FAMILY) >= rules.POLICY_LIMIT:
        raise rules.limit_reached()
    call.directory.restore(record.id)
    after = base.require(call, record.id)
    conditional_access.record_change(call, "restore", None, after)
    return base.ok(rendering.entity(call, after))


def restore_location(call: Call) -> Answer:
    """POST .../deletedItems/namedLocations/{id}/restore and .../namedLocations/{id}/restore."""
    record = _deleted(call, named_locations.FAMILY)
    licensing.check_p1(call)
    call.directory.restore(record.id)
    after = base.require(call, record.id)
    if after.body.get("isTrusted"):
        after = base.change(call, after, {"isTrusted": False})
    named_locations.record_change(call, "restore", None, after)
    return base.ok(rendering.entity(call, after))


def purge_policy(call: Call) -> Answer:
    """DELETE .../deletedItems/policies/{id}: for good."""
    record = _deleted(call, conditional_access.FAMILY)
    call.directory.purge(record.id)
    conditional_access.record_change(call, "hard-delete", record, None)
    return base.no_content()


def purge_location(call: Call) -> Answer:
    """DELETE .../deletedItems/namedLocations/{id}: for good."""
    record = _deleted(call, named_locations.FAMILY)
    call.directory.purge(record.id)
    named_locations.record_change(call, "hard-delete", record, None)
    return base.no_content()


def _deleted(call: Call, family: str) -> Record:
    object_id = call.variables["id"]
    record = call.directory.get_deleted(object_id)
    if record is None or base.family_of(record) != family:
        raise missing(family, object_id)
    return record
