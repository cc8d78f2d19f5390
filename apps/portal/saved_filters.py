"""Saved filters as the dashboard shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from apps.access.filter_selectors import filters_for
from apps.access.models import SavedFilter, User


@dataclass(frozen=True, slots=True)
class Shown:
    """One filter. query: what leads to it. owner: whose it is, "" for one's own."""

    id: UUID
    name: str
    query: str
    shared: bool
    owner: str


def shown_to(user: User) -> list[Shown]:
    """The person's filters and those shared with him. One query."""
    return [_shown(one, user) for one in filters_for(user)]


def query_of(wanted: dict[str, Any]) -> str:
    """The address's query that narrows the list of tenants to this."""
    pairs = [("who", wanted["text"]), *(("tag", tag) for tag in wanted["tags"])]
    pairs.append(("need", wanted["need"]))
    return "?" + urlencode([(name, value) for name, value in pairs if value])


def _shown(one: SavedFilter, user: User) -> Shown:
    owner = one.membership.user
    is_own = owner.pk == user.pk
    return Shown(one.pk, one.name, query_of(one.wanted), one.shared, "" if is_own else owner.name)
