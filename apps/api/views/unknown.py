"""Addresses below /api/ that lead nowhere."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from apps.api.base import ApiView
from apps.core.errors import NotFound


@extend_schema(exclude=True)
class Unknown(ApiView):
    """404 as a problem, for whoever has a token; without one it is 401 as everywhere."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound("There is no such address.", code="no-such-address")

    def _right(self) -> str:
        return ""

    def enter(self, right: str) -> None:
        """There is nothing to enter."""

    def _refuse_unknown_parameters(self) -> None:
        """Nothing is declared here."""
