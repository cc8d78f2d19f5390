from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict


class Person(serializers.Serializer[Any]):
    """Somebody with an account of Holdfast."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class Nothing(Strict):
    """An empty body."""


class OneOrMore(serializers.ListField):
    """A query parameter that may be given more than once."""

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(super().to_internal_value(data if isinstance(data, list) else [data]))
