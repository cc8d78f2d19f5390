"""How an operation is described in the schema: one line in front of the method that is it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers

from apps.api.paging import LARGEST_PAGE, PAGE, Pages
from apps.api.parsing import Strict
from apps.api.serializers.common import Nothing

Shape = type[serializers.BaseSerializer[Any]]
F = TypeVar("F", bound=Callable[..., Any])

# The answers of an operation that gives a signed document.
DOCUMENT = {
    (200, "application/json"): OpenApiTypes.OBJECT,
    (200, "application/pdf"): OpenApiTypes.BINARY,
}
FILE = {(200, "application/pdf"): OpenApiTypes.BINARY}

_PAGING = (
    OpenApiParameter(
        Pages.cursor_query_param, OpenApiTypes.STR, description=Pages.cursor_query_description
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
        description="How many at most.",
    ),
)


def operation(
    name: str,
    tag: str,
    shape: Shape,
    *,
    body: type[Strict] | None = None,
    status: int = 200,
    or_else: Mapping[int, Shape] | None = None,
) -> Callable[[F], F]:
    """An operation that answers with one thing of this shape.

    or_else: what else it may answer, by status, where all went well too.
    """
    answers = {status: shape, **(or_else or {})}
    described = _described(shape, operation_id=name, tags=[tag], request=body, responses=answers)

    def decorate(operation: F) -> F:
        operation.takes_a_body = body not in (None, Nothing)  # type: ignore[attr-defined]
        return described(operation)

    return decorate


def listing(
    name: str, tag: str, shape: Shape, *, query: type[Strict] | None = None
) -> Callable[[F], F]:
    """An operation that answers with a page of things of this shape."""
    parameters: list[Any] = [*_PAGING, *([query] if query else [])]
    page = _page_of(shape)
    return _described(
        page, operation_id=name, tags=[tag], parameters=parameters, responses={200: page}
    )


def walk(
    name: str, tag: str, shape: Shape, *, query: type[Strict] | None = None
) -> Callable[[F], F]:
    """As listing(), of what is searched for as long as there is time (see apps.api.keyset)."""
    parameters: list[Any] = [*_PAGING, *([query] if query else [])]
    # Classes are hashable, whatever their objects are; mypy takes the one for the other.
    answer = _walk_of(shape)  # type: ignore[arg-type]
    return _described(
        answer, operation_id=name, tags=[tag], parameters=parameters, responses={200: answer}
    )


def _described(shape: Shape, **said: Any) -> Callable[[F], F]:
    """As extend_schema(), and the operation knows its shape (see sparse.py)."""
    described = extend_schema(**said)

    def decorate(operation: F) -> F:
        operation.shape = shape  # type: ignore[attr-defined]
        found: F = described(operation)
        return found

    return decorate


@cache
def _walk_of(shape: Shape) -> Shape:
    words = "Time ran out before the page was full; `next` goes on looking."
    return _page_of(shape, stopped=serializers.BooleanField(help_text=words))


def _page_of(shape: Shape, **more: serializers.Field[Any, Any, Any, Any]) -> Shape:
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="The next page."),
        "previous": serializers.URLField(allow_null=True, help_text="The page before."),
        **more,
        "results": shape(many=True),
        "__doc__": "One page.",
    }
    return type(f"{shape.__name__}Page", (serializers.Serializer,), fields)
