"""Calling the API as a program does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from apps.access import tokens_services
from apps.access.models import User
from apps.access.selectors import tenants_of
from apps.access.tokens import TOKEN_RIGHTS
from apps.core import scope
from tests.factories import actor_of


def token_of(
    user: User,
    rights: Collection[str] = TOKEN_RIGHTS,
    *,
    tenant_ids: Collection[UUID] | None = None,
    **limits: Any,
) -> str:
    """The secret of a new token that carries those of these rights that its owner has."""
    with scope.person(user.pk):
        held = [right for right in rights if tenants_of(user, right).exists()]
    _, secret = tokens_services.create_token(
        actor=actor_of(user), name="a test", token_rights=held, tenant_ids=tenant_ids, **limits
    )
    return secret


@dataclass
class Program:
    """A client that sends a token and JSON."""

    secret: str = ""
    address: str = "192.0.2.10"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(path, query, **self.headers())

    def post(self, path: str, body: Any = None, **extra: Any) -> HttpResponse:
        return self.client.post(
            path,
            {} if body is None else body,
            content_type="application/json",
            **self.headers(),
            **extra,
        )

    def headers(self) -> dict[str, str]:
        known = {"REMOTE_ADDR": self.address}
        return known | ({"HTTP_AUTHORIZATION": f"Bearer {self.secret}"} if self.secret else {})


def program(user: User, **limits: Any) -> Program:
    """A program with a token of the person's that carries all it may."""
    return Program(token_of(user, **limits))
