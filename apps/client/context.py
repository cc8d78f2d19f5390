"""What a command works with."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from getpass import getpass
from typing import TextIO
from uuid import UUID

from apps.client import keeping
from apps.client.api import Api, Thing
from apps.client.errors import Exit, Failure, usage
from apps.client.showing import Output


@dataclass
class Surroundings:
    """Of the process: what a test gives another of. asked: asks for a secret without echo."""

    environment: Mapping[str, str]
    stdin: TextIO = field(default_factory=lambda: sys.stdin)
    stdout: TextIO = field(default_factory=lambda: sys.stdout)
    stderr: TextIO = field(default_factory=lambda: sys.stderr)
    pause: Callable[[float], None] = time.sleep
    asked: Callable[[str], str] = getpass


@dataclass
class Context:
    """One command: what was asked, and where."""

    args: Namespace
    around: Surroundings
    output: Output

    @cached_property
    def api(self) -> Api:
        """Raises Failure when nobody is signed in."""
        found = keeping.sign_in(self.around.environment, self.args.url or "")
        return Api(found, pause=self.around.pause)

    @cached_property
    def tenant(self) -> Thing:
        """The tenant that was named. Raises Failure."""
        return tenant_named(self.api, self.args.tenant)


def tenant_named(api: Api, name: str) -> Thing:
    """By Holdfast's id, the Entra tenant id, the domain or the name. Raises Failure."""
    if _is_id(name):
        try:
            return api.get(f"/tenants/{name}")
        except Failure as failure:
            if failure.exit_code != Exit.NOT_FOUND:
                raise
    wanted = name.casefold()
    found = [tenant for tenant in api.every("/tenants") if wanted in _names(tenant)]
    if len(found) > 1:
        raise usage(f"{len(found)} tenants are called that.", todo="Name it by its id.")
    if not found:
        raise Failure(
            "There is no such tenant, or the token does not reach it.",
            Exit.NOT_FOUND,
            code="no-such-tenant",
            todo="holdfast tenants shows those it reaches.",
        )
    return found[0]


def _names(tenant: Thing) -> set[str]:
    return {str(tenant[field]).casefold() for field in ("id", "name", "domain", "entra_id")}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False
