"""Values that are shown once: answered to whoever had them made, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer


class Secret(str):
    """Text that no copy of an answer may hold."""

    __slots__ = ()


@extend_schema_field(
    {
        "type": ["string", "null"],
        "readOnly": True,
        "description": "Shown once. Null when the answer is repeated: no copy of it is kept.",
    }
)
class ShownOnce(serializers.CharField):
    """A field of an answer whose value is in nobody's hands but the caller's afterwards."""

    def to_representation(self, value: Any) -> Secret:
        return Secret(value)


def rendered_without_secrets(data: Any) -> bytes:
    """An answer's data as JSON, null in place of what is shown once."""
    return bytes(JSONRenderer().render(_without_secrets(data))) or b"null"


def _without_secrets(data: Any) -> Any:
    if isinstance(data, Secret):
        return None
    if isinstance(data, Mapping):
        return {name: _without_secrets(part) for name, part in data.items()}
    if isinstance(data, list | tuple):
        return [_without_secrets(part) for part in data]
    return data
