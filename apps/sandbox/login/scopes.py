"""The `scope` parameter of requests for people."""

from __future__ import annotations

from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.tokens import GRAPH

OIDC_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})


def graph_scopes(scope: str) -> frozenset[str]:
    """Graph permissions in a scope parameter, by bare name; ".default" stands for itself.

    Raises:
        LoginError: 70011 for another resource's scope.
    """
    names = set()
    for item in scope.split():
        if item in OIDC_SCOPES:
            continue
        if "://" in item and not item.startswith(f"{GRAPH}/"):
            raise LoginError(70011, scope=item)
        names.add(item.removeprefix(f"{GRAPH}/").lstrip("/"))
    return frozenset(names)
