"""Deleting directory objects: into the bin, or for good."""

from __future__ import annotations

from apps.sandbox.graph.context import Call
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit
from apps.sandbox.writes.activities import Activity


def soft(call: Call, record: Record, activity: Activity) -> None:
    """Into the bin: links are kept aside and come back with the object."""
    audit.record(call, activity, [audit.target(record)])
    call.directory.soft_delete(record.id)


def hard(call: Call, record: Record, activity: Activity) -> None:
    """For good: policies that name the object keep a dangling id."""
    audit.record(call, activity, [audit.target(record)])
    call.directory.purge(record.id)
