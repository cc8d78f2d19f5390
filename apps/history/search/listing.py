"""Lists for people: by name where that can be done at once, else in the order of the ids."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef
from apps.history.records import ObjectKey
from apps.history.search.finding import EXISTING, PAGE, FoundObject, ObjectPage, search_objects
from apps.history.search.folding import fold

# Names lie sealed, so sorting by them means to open them all.
SORTED_UP_TO: Final = 2_000


@dataclass(frozen=True, slots=True)
class Listing:
    """A page, and whether it goes by name."""

    page: ObjectPage
    by_name: bool


def list_objects(
    tenant: TenantRef,
    seq: int,
    text: str = "",
    *,
    kinds: Collection[str] | None = None,
    states: Collection[State] = EXISTING,
    after: ObjectKey | None = None,
    limit: int = PAGE,
    expected: int | None = None,
) -> Listing:
    """As search_objects(); sorted by name when there are few.

    expected: how many objects the kinds asked for have, as the snapshot says; None if not known.
    """
    if expected is None or expected > SORTED_UP_TO:
        page = search_objects(
            tenant, seq, text, kinds=kinds, states=states, after=after, limit=limit
        )
        return Listing(page, by_name=False)
    whole = search_objects(tenant, seq, text, kinds=kinds, states=states, limit=SORTED_UP_TO)
    if whole.after is not None:
        return list_objects(tenant, seq, text, kinds=kinds, states=states, after=after, limit=limit)
    return Listing(_page_of(sorted(whole.objects, key=_by_name), after, limit), by_name=True)


def _page_of(found: list[FoundObject], after: ObjectKey | None, limit: int) -> ObjectPage:
    keys = [(one.kind, one.object_id) for one in found]
    start = keys.index(after) + 1 if after in keys else 0
    shown = found[start : start + limit]
    return ObjectPage(shown, keys[start + limit - 1] if start + limit < len(found) else None)


def _by_name(found: FoundObject) -> tuple[str, str, str]:
    return fold(found.label), found.kind, found.object_id
