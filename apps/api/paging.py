"""Paging by cursor: a page starts after the last row of the one before, however long the list."""

from __future__ import annotations

from typing import Any

from django.core import signing
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

PAGE = 50
LARGEST_PAGE = 200


class Pages(CursorPagination):
    """`?limit=` rows, and `next` and `previous` as whole addresses.

    A cursor is signed for the path it was made for: a position is a value that goes into a query,
    and nobody is to choose it. A view that shows rows newest first says so in `ordering`.
    """

    page_size = PAGE
    page_size_query_param = "limit"
    max_page_size = LARGEST_PAGE
    cursor_query_description = "Where to go on: taken from `next` or `previous`."
    page_size_query_description = f"How many at most, from 1 to {LARGEST_PAGE}."
    template = None
    base_url: str
    request: Request

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return tuple(view.ordering)

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get(self.page_size_query_param, str(PAGE))
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LARGEST_PAGE):
            words = f"From 1 to {LARGEST_PAGE}."
            raise ValidationError({self.page_size_query_param: words}, code="out-of-range")
        return int(text)

    def decode_cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            offset, reverse, position = self._signer(request).unsign_object(text)
        except signing.BadSignature:
            words = "No cursor of this list."
            raise ValidationError({self.cursor_query_param: words}, code="bad-cursor") from None
        return Cursor(offset=offset, reverse=reverse, position=position)

    def encode_cursor(self, cursor: Cursor) -> str:
        values = [cursor.offset, cursor.reverse, cursor.position]
        text = self._signer(self.request).sign_object(values)
        return str(replace_query_param(self.base_url, self.cursor_query_param, text))

    def _signer(self, request: Request) -> signing.Signer:
        return signing.Signer(salt=f"api-cursor:{request.path}")
