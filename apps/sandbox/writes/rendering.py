"""The body that a write answers with: the object as a read would show it."""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Call
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.rendering import render
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record


def entity(call: Call, record: Record) -> dict[str, Any]:
    """The object with its context."""
    entity_type = TYPES[record.type]
    fragment = (entity_type.path or call.path).strip("/")
    context = context_url(call, fragment, single=True)
    derived = entity_type.name != entity_type.family
    return render(call, record, annotate=derived, extra={"@odata.context": context})


def directory_object(call: Call, record: Record) -> dict[str, Any]:
    """The object as one of any type: its own type is named, as a restore answers."""
    context = context_url(call, "directoryObjects", single=True)
    return render(call, record, annotate=True, extra={"@odata.context": context})
