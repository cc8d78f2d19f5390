"""A client that acts with a token that a person got, where Graph lets no application act alone."""

from __future__ import annotations

from typing import cast

from apps.entra.client.graph import GraphClient
from apps.entra.client.responses import Proof
from apps.entra.client.tokens import TokenSource, proof_of


def acting_with(client: GraphClient, token: str) -> GraphClient:
    """The same client with somebody's token in place of its own; it shares budgets and pace."""
    other = client.twin()
    other._tokens = cast(TokenSource, _GivenToken(token))
    return other


class _GivenToken:
    """Stands where a client keeps the source of its own tokens; there is no other token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def refresh(self, _refused: str) -> str:
        return self._token

    def newer_roles(self, _denied: str) -> None:
        return None

    def prove(self) -> Proof:
        return proof_of(self._token)
