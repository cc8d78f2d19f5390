"""What the index does not know yet, read from the log itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.entra.catalogue import kind as kind_named
from apps.history.bodies import BodyOpener
from apps.history.choices import ObjectState as State
from apps.history.records import ObjectKey
from apps.history.search.entries import Known, refers_of, texts_of
from apps.history.search.log_sql import LoggedVersion, all_keys, newest_between, open_body
from apps.history.selectors.bodies import body_opener, last_bodies
from apps.history.selectors.states import state_at

_FIRST_PORTION, _LARGEST_PORTION = 128, 1024


class Unindexed:
    """Objects of a tenant that changed past one position up to another; with the first 0, all."""

    def __init__(self, tenant_id: UUID, low: int, high: int, kinds: Collection[str] | None) -> None:
        self._tenant_id, self._low, self._high = tenant_id, low, high
        self._kinds = kinds

    def known(self, after: ObjectKey) -> Iterator[tuple[ObjectKey, Known | None]]:
        """How they are at the higher position, past a key and in order; None for what is not known
        there yet."""
        if self._high <= self._low:
            return
        portion = _FIRST_PORTION
        while found := self._portion(after, portion):
            yield from found.items()
            after, portion = list(found)[-1], min(2 * portion, _LARGEST_PORTION)

    def _portion(self, after: ObjectKey, limit: int) -> dict[ObjectKey, Known | None]:
        if not self._low:
            wanted = all_keys(self._tenant_id, after, limit, self._kinds)
            return dict.fromkeys(wanted) | known_by_log(self._tenant_id, self._high, wanted)
        newest = newest_between(self._tenant_id, self._low, self._high, after, limit, self._kinds)
        bodies = self._bodies(newest)
        return {
            (one.kind, one.object_id): _known(one.kind, one.state, bodies[one.kind, one.object_id])
            for one in newest
        }

    def _bodies(self, newest: Collection[LoggedVersion]) -> dict[ObjectKey, Mapping[str, Any]]:
        """Their own, or the last ones of what went without one."""
        opened = {(one.kind, one.object_id): open_body(self._opener, one) for one in newest}
        without = [key for key, body in opened.items() if body is None]
        last = last_bodies(self._tenant_id, without, self._high) if without else {}
        return {key: body or last.get(key, {}) for key, body in opened.items()}

    @cached_property
    def _opener(self) -> BodyOpener:
        return body_opener(self._tenant_id)


def known_by_log(
    tenant_id: UUID, seq: int, wanted: Collection[ObjectKey]
) -> dict[ObjectKey, Known]:
    """How objects are at a position; those not known there yet are left out."""
    ids, names = {object_id for _, object_id in wanted}, {kind for kind, _ in wanted}
    states = {
        (item.kind, item.object_id): item.state
        for item in state_at(tenant_id, seq, kinds=names, object_ids=ids)
    }
    return {
        key: _known(key[0], states.get(key, State.HARD_DELETED), body)
        for key, body in last_bodies(tenant_id, wanted, seq).items()
    }


def _known(kind: str, state: str, body: Mapping[str, Any]) -> Known:
    entry = kind_named(kind)
    return Known(State(state), texts_of(entry, body), refers_of(entry, body))
