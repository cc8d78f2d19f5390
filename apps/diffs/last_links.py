"""Links that cannot go although they were not there before: the last owner of a group stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.diffs.existence import kinds_of
from apps.entra.catalogue import LINKS
from apps.history import selectors as history
from apps.history.records import ChangedLink, LinkState
from apps.tenants.models import Tenant


def links_that_stay(
    tenant: Tenant, batch: Iterable[ChangedLink], base_seq: int
) -> set[ChangedLink]:
    """Of the links that were added, one for each source that had none that could stay instead.

    Three queries when there are such links, none otherwise.
    """
    added = [item for item in batch if item.after and LINKS[item.link].keeps]
    if not added:
        return set()
    held = [
        item
        for item in history.links_at(tenant, base_seq, source_ids={i.source_id for i in added})
        if LINKS[item.link].keeps
    ]
    kinds = kinds_of(tenant, {i.target_id for i in added} | {i.target_id for i in held})
    kept = {(item.link, item.source_id) for item in held if _is_of_kept_kind(item, kinds)}
    held_at_all = {(item.link, item.source_id) for item in held}
    staying: dict[tuple[str, str], ChangedLink] = {}
    for item in sorted(added, key=lambda item: _is_of_kept_kind(item, kinds)):
        source = (item.link, item.source_id)
        if source not in held_at_all or (_is_of_kept_kind(item, kinds) and source not in kept):
            staying[source] = item
    return set(staying.values())


def _is_of_kept_kind(item: ChangedLink | LinkState, kinds: Mapping[str, str]) -> bool:
    return kinds.get(item.target_id) == LINKS[item.link].keeps
