"""The query options of OData that Graph's recovery API takes, and its collections.

https://learn.microsoft.com/graph/query-parameters
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from apps.api.graph.errors import unusable

PAGE = 100
LARGEST_PAGE = 999
PLACE = "$skiptoken"
_COMPARISON = re.compile(r"\s*(\w+)\s+(eq|ne|gt|ge|lt|le)\s+([\w.]*'(?:[^']|'')*'|[^\s')]+)\s*")
_LOOKUPS = {"eq": "", "gt": "__gt", "ge": "__gte", "lt": "__lt", "le": "__lte"}


def as_moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


@dataclass(frozen=True, slots=True)
class Column:
    """What a property is called in our queries. read: its value from the option's text."""

    name: str
    read: Callable[[str], Any] = str
    ordered: bool = False


AS_ID = Column("pk", UUID)


@dataclass(frozen=True, slots=True)
class Query:
    """A collection's question. after: the place that a page goes on after, None at the start.

    order: of our queries; descending: whether it goes down.
    """

    top: int = PAGE
    skip: int = 0
    select: frozenset[str] = frozenset()
    condition: Q = field(default_factory=Q)
    order: str = ""
    descending: bool = True
    count: bool = False
    after: tuple[Any, ...] | None = None


def query_of(
    request: Request, options: Sequence[str], columns: Mapping[str, Column], order: str
) -> Query:
    """The options of a request. options: those that are taken. order: unless asked otherwise.

    Raises Invalid for what is not taken; Graph lets pass what does not begin with a dollar.
    """
    given = {
        name: str(value) for name, value in request.query_params.items() if name.startswith("$")
    }
    for name in given:
        if name not in options:
            raise unusable(name, "is not supported here.")
    column, descending = _order(given.get("$orderby", ""), columns, order)
    return Query(
        top=_number(given, "$top", PAGE, lowest=1, largest=LARGEST_PAGE),
        skip=_number(given, "$skip", 0, lowest=0, largest=10**9),
        select=frozenset(part.strip() for part in given.get("$select", "").split(",") if part),
        condition=condition(given.get("$filter", ""), columns),
        order=column,
        descending=descending,
        count=given.get("$count", "").lower() == "true",
        after=_opened(request, given[PLACE]) if PLACE in given else None,
    )


def condition(text: str, columns: Mapping[str, Column]) -> Q:
    """A $filter: comparisons that are joined by `and`, or by `or`. Raises Invalid."""
    if not text.strip():
        return Q()
    found, joint, place = Q(), "", 0
    while match := _COMPARISON.match(text, place):
        compared = _compared(match, columns)
        found = found | compared if joint == "or" else found & compared
        place = match.end()
        if place == len(text):
            return found
        following = re.compile(r"(and|or)\s").match(text, place)
        if following is None or joint not in ("", following[1]):
            break
        joint, place = following[1], following.end()
    raise unusable("$filter", "Comparisons joined by `and`, or by `or`, are understood.")


def keyset(query: Query) -> Q:
    """What comes after the place at which the page before has ended."""
    if query.after is None:
        return Q()
    value, key = query.after
    way = "lt" if query.descending else "gt"
    return Q(**{f"{query.order}__{way}": value}) | Q(**{query.order: value, f"pk__{way}": key})


def collection(
    request: Request,
    context: str,
    rows: Sequence[Mapping[str, Any]],
    query: Query,
    *,
    after: Sequence[Any] | None,
    count: int | None = None,
) -> dict[str, Any]:
    """A page as Graph gives it. after: where the next one goes on, None when there is none."""
    said: dict[str, Any] = {"@odata.context": context}
    if count is not None:
        said["@odata.count"] = count
    if after is not None:
        said["@odata.nextLink"] = _next_link(request, after)
    return {**said, "value": [selected(row, query) for row in rows]}


def selected(row: Mapping[str, Any], query: Query) -> dict[str, Any]:
    """What $select leaves of an entity; annotations stay."""
    if not query.select:
        return dict(row)
    return {
        name: value for name, value in row.items() if name in query.select or name.startswith("@")
    }


def _next_link(request: Request, after: Sequence[Any]) -> str:
    values = [value.isoformat() if isinstance(value, datetime) else str(value) for value in after]
    token = _signer(request).sign_object(values)
    here = remove_query_param(request.build_absolute_uri(), "$skip")
    return str(replace_query_param(here, PLACE, token))


def _opened(request: Request, token: str) -> tuple[Any, ...]:
    try:
        first, second = _signer(request).unsign_object(token)
    except signing.BadSignature:
        raise unusable(PLACE, "is no token of this collection.") from None
    return (first, second)


def _signer(request: Request) -> signing.Signer:
    """Nobody chooses the place himself: a token is good for the question that it was made for."""
    asked = sorted(
        (name, value)
        for name, value in request.query_params.items()
        if name not in (PLACE, "$top", "$skip")
    )
    return signing.Signer(salt=f"graph-skiptoken:{request.path}:{asked}")


def _order(text: str, columns: Mapping[str, Column], otherwise: str) -> tuple[str, bool]:
    words = text.split()
    if not words:
        return otherwise, True
    name, way = words[0], (words[1:] or ["asc"])[0]
    column = columns.get(name)
    if column is None or not column.ordered or way not in ("asc", "desc") or len(words) > 2:
        able = ", ".join(name for name, one in columns.items() if one.ordered)
        raise unusable("$orderby", f"One of {able}, with asc or desc.")
    return column.name, way == "desc"


def _number(given: Mapping[str, str], name: str, default: int, *, lowest: int, largest: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and lowest <= int(text[:12]) <= largest):
        raise unusable(name, f"From {lowest} to {largest}.")
    return int(text)


def _compared(match: re.Match[str], columns: Mapping[str, Column]) -> Q:
    name, operator, literal = match.groups()
    column = columns.get(name)
    if column is None:
        raise unusable("$filter", f"{name} cannot be filtered by.")
    # An enumeration's member may stand behind the name of its type.
    text = literal.partition("'")[2][:-1].replace("''", "'") if "'" in literal else literal
    try:
        value = column.read(text)
    except ValueError:
        raise unusable("$filter", f"{name} is compared with something that it cannot be.") from None
    if operator == "ne":
        return ~Q(**{column.name: value})
    if operator != "eq" and column.read is not as_moment:
        raise unusable("$filter", f"{name} is compared with eq or ne.")
    return Q(**{column.name + _LOOKUPS[operator]: value})
