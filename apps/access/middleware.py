"""The wall between tenants knows who asks."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core import scope


class PersonInScope:
    """Runs a signed-in person's request for that person; see apps.core.scope.person.

    After what ends sessions, and before whatever asks for rights.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with scope.person(request.user.pk):
            return self.get_response(request)
