"""Who else needs snapshots. Apps above say so; what is needed stays while it is."""

from collections.abc import Callable, Mapping

from apps.tenants.models import Tenant

Holder = Callable[[Tenant], Mapping[int, str]]
"""The snapshots of a tenant that are needed, by seq, each with what for. Runs in its scope."""

_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Add a holder; once each."""
    if holder not in _holders:
        _holders.append(holder)


def needed(tenant: Tenant) -> dict[int, str]:
    """Every snapshot that somebody needs, and what for."""
    found: dict[int, str] = {}
    for holder in _holders:
        found.update(holder(tenant))
    return found


def forget(holder: Holder) -> None:
    """Take a holder out again."""
    _holders.remove(holder)
