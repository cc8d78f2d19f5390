"""Paging through what is no queryset: the walk says itself where it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import signing
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from apps.api.paging import Pages


class Walk(Pages):
    """`?limit=` and a signed cursor, as everywhere; there is no way back but the pages one had.

    A cursor is good for the same address and the same question.
    """

    def begin(self, request: Request) -> tuple[list[Any] | None, int]:
        """Where to go on, None at the start, and how many are wanted. Raises ValidationError."""
        self.request = request
        limit = self.get_page_size(request)
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None, limit
        try:
            return list(self._signer(request).unsign_object(text)), limit
        except signing.BadSignature:
            words = "No cursor of this list."
            raise ValidationError({self.cursor_query_param: words}, code="bad-cursor") from None

    def answer(self, results: Sequence[Any], after: Sequence[Any] | None, **more: Any) -> Response:
        """A page. after: where the next one goes on, None when there is none."""
        said = {"next": None if after is None else self._address(list(after)), "previous": None}
        return Response({**said, **more, "results": results})

    def _address(self, after: list[Any]) -> str:
        text = self._signer(self.request).sign_object(after)
        here = self.request.build_absolute_uri()
        return str(replace_query_param(here, self.cursor_query_param, text))

    def _signer(self, request: Request) -> signing.Signer:
        asked = sorted(
            (name, values)
            for name, values in request.query_params.lists()
            if name not in (self.cursor_query_param, self.page_size_query_param)
        )
        return signing.Signer(salt=f"api-walk:{request.path}:{asked}")
