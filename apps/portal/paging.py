"""Paging by position: a page starts after the last row of the one before, however long the list."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest


def after_of(request: HttpRequest) -> int:
    """The position that the page starts after; 0 for the first page."""
    value = request.GET.get("after", "")
    return int(value) if value.isdigit() else 0


def next_page(request: HttpRequest, after: int | UUID | None) -> str:
    """The query of the next page with all filters kept, empty when this is the last."""
    if after is None:
        return ""
    lists = request.GET.lists()
    kept = [(key, value) for key, values in lists for value in values if key != "after"]
    return "?" + urlencode([*kept, ("after", str(after))])
