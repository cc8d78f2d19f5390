"""Asking for some members of a thing alone: `?fields=id,name`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, ListSerializer, Serializer

PARAMETER: Final = "fields"

Shape = type[BaseSerializer[Any]]


@dataclass(frozen=True)
class Wanted:
    """What an answer is cut down to. listed: whether the names are those of its `results`."""

    names: frozenset[str]
    listed: bool

    def part(self, data: Any) -> Any:
        """The answer's data with the members that are wanted."""
        if not self.listed:
            return self._some(data)
        return {**data, "results": [self._some(one) for one in data["results"]]}

    def _some(self, thing: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in thing.items() if name in self.names}


def described_by(operation: Any) -> Shape | None:
    """The shape that an operation answers with (see operations.py), None for files."""
    return getattr(operation, "shape", None)


def wanted(request: Request, shape: Shape | None) -> Wanted | None:
    """What was asked for, None for all of it. Raises ValidationError that names what there is."""
    given = request.query_params.getlist(PARAMETER)
    if not given or shape is None:
        return None
    known, listed = members(shape)
    names = {name.strip() for text in given for name in text.split(",")}
    if not names <= set(known):
        words = f"Some of these, with commas in between: {', '.join(known)}."
        raise ValidationError({PARAMETER: [ErrorDetail(words, code="unknown-field")]})
    return Wanted(frozenset(names), listed)


def members(shape: Shape) -> tuple[list[str], bool]:
    """The names of a thing's members; and whether the shape is that of a list of such things."""
    thing = shape()
    fields: Mapping[str, Any] = thing.fields if isinstance(thing, Serializer) else {}
    results = fields.get("results")
    child = results.child if isinstance(results, ListSerializer) else None
    return list(child.fields if isinstance(child, Serializer) else fields), child is not None


def narrow(listed: Any, names: Collection[str]) -> None:
    """Have a serializer of many leave out all members but these."""
    fields = listed.child.fields
    for name in set(fields) - set(names):
        fields.pop(name)


def columns_for(rows: Any, serializer: Shape, names: Collection[str], ordering: Any) -> Any:
    """The rows, read with no more columns than the members need, where that can be told.

    It can where each of them is a column of the row itself: then joins are spared as well.
    """
    if not isinstance(rows, QuerySet):
        return rows
    known = {field.attname for field in rows.model._meta.concrete_fields}
    thing = serializer()
    fields: Mapping[str, Any] = thing.fields if isinstance(thing, Serializer) else {}
    sources = {fields[name].source or name for name in names}
    order = {name.lstrip("-") for name in ordering}
    if not sources | order <= known or rows.query.annotations:
        return rows
    return rows.select_related(None).prefetch_related(None).only("pk", *sources, *order)
