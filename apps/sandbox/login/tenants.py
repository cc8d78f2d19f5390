"""Which directory a sign-in path names."""

from __future__ import annotations

import re
import uuid

from apps.sandbox.login.errors import LoginError
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

SHARED = frozenset({"common", "organizations", "consumers"})
_DOMAIN = re.compile(r"^(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", re.IGNORECASE)


def is_guid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def directory_named(world: World, name: str) -> Directory:
    """The directory with this tenant id or domain.

    Raises:
        LoginError: 90002 for one that does not exist, 900023 for what cannot be a tenant at all.
    """
    directory = world.directory(name.lower())
    if directory is not None:
        return directory
    if is_guid(name) or _DOMAIN.match(name):
        raise LoginError(90002, tenant=name)
    raise LoginError(900023, tenant=name)


def directory_of_user(world: World, user_principal_name: str) -> Directory | None:
    """The home of a user name, by its domain."""
    domain = user_principal_name.rpartition("@")[2].lower()
    return world.directory(domain) if domain else None
