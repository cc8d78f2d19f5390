"""A directory in memory that a capture reads instead of Graph."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from apps.entra.catalogue import KINDS, Kind, SoftDelete
from apps.entra.errors import EntraError, PageTokenExpired, ResyncRequired
from apps.entra.reading import (
    AuditEvent,
    ObservedLink,
    ObservedObject,
    ReadBatch,
    RemovedObject,
    Values,
)
from apps.history.capture.source import Wanted

PAGE = 3


class MemorySource:
    """State by kind and link. What is changed through its methods also comes by delta, from the
    last cursor given on; like Graph's lists, a full read other than the first gives no cursor.

    failures: the error that reading a kind, "bin:<kind>" or "audit" ends in, after a first page.
    partial_bins: what a kind's bin shows instead of everything. expired_cursors: kinds whose next
    delta read asks for a full one. lost_places: how often the next reads of a kind lose their
    place after a first page. apart: what is given apart from users, by id; nothing for the others.
    asked: whom it was asked of, one list for each time. without: what a kind is read without.
    """

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.binned: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.links: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.audit: list[AuditEvent] = []
        self.failures: dict[str, EntraError] = {}
        self.calls: list[tuple[str, str | None]] = []
        self.expired_cursors: set[str] = set()
        self.partial_bins: dict[str, list[dict[str, Any]]] = {}
        self.lost_places: dict[str, int] = {}
        self.apart: dict[str, Values] = {}
        self.asked: list[list[str]] = []
        self.without: dict[str, tuple[str, ...]] = {}
        self._news: dict[str, list[ReadBatch]] = defaultdict(list)

    def expect(self, wanted: Sequence[Wanted]) -> None:
        pass

    def close(self) -> None:
        pass

    def put(self, kind: str, object_id: str, **body: Any) -> None:
        """Create an object, or change the properties named; None clears one."""
        before = self.objects[kind].get(object_id, {"id": object_id})
        after = {**before, **body}
        self.objects[kind][object_id] = {
            name: value for name, value in after.items() if value is not None
        }
        observed = ObservedObject(object_id, {"id": object_id, **body}, partial=True)
        self._news[kind].append(ReadBatch(kind, objects=(observed,)))

    def soft_delete(self, kind: str, object_id: str) -> None:
        self.binned[kind][object_id] = self.objects[kind].pop(object_id)
        removed = RemovedObject(object_id, soft=True)
        self._news[kind].append(ReadBatch(kind, removed=(removed,)))
        self._unlink_all(object_id)

    def hard_delete(self, kind: str, object_id: str) -> None:
        self.objects[kind].pop(object_id, None)
        self.binned[kind].pop(object_id, None)
        removed = RemovedObject(object_id, soft=False)
        self._news[kind].append(ReadBatch(kind, removed=(removed,)))
        self._unlink_all(object_id)

    def restore(self, kind: str, object_id: str, **told: Any) -> None:
        """told: what delta says of it; everything when nothing is given."""
        body = self.objects[kind][object_id] = self.binned[kind].pop(object_id)
        observed = ObservedObject(object_id, told or body, partial=bool(told))
        self._news[kind].append(ReadBatch(kind, objects=(observed,)))

    def link(self, name: str, source_id: str, target_id: str, *, present: bool = True) -> None:
        pair = (source_id, target_id)
        (self.links[name].add if present else self.links[name].discard)(pair)
        kind = name.partition(".")[0]
        observed = ObservedLink(name, source_id, target_id, present)
        self._news[kind].append(ReadBatch(kind, links=(observed,)))

    def fail_all(self, error: EntraError) -> None:
        self.failures = {kind.name: error for kind in KINDS}

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        self.calls.append((kind.name, cursor))
        batches = self._all(kind) if cursor is None else list(self._news[kind.name])
        failure = self.failures.get(kind.name)
        if failure:
            yield from batches[:1]
            raise failure
        if cursor and kind.name in self.expired_cursors:
            self.expired_cursors.remove(kind.name)
            raise ResyncRequired("expired")
        if self.lost_places.get(kind.name, 0) > 0:
            self.lost_places[kind.name] -= 1
            yield from batches[:1]
            raise PageTokenExpired("lost")
        self._news[kind.name].clear()
        yield from batches
        has_delta = bool(kind.delta_path)
        yield ReadBatch(
            kind.name,
            cursor=f"after {len(self.calls)}" if has_delta else None,
            whole=cursor is None,
        )

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        return self.without.get(kind.name, ())

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        assert kind.soft_delete != SoftDelete.NONE
        if failure := self.failures.get(f"bin:{kind.name}"):
            raise failure
        if kind.name in self.partial_bins:
            parts = self.partial_bins[kind.name]
            objects = tuple(ObservedObject(part["id"], part, partial=True) for part in parts)
            yield ReadBatch(kind.name, objects=objects)
        else:
            yield ReadBatch(kind.name, objects=_observed(self.binned[kind.name]))

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        self.asked.append(list(object_ids))
        if failure := self.failures.get(f"apart:{kind.name}"):
            raise failure
        return {one: dict(self.apart.get(one, {})) for one in object_ids}

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        if failure := self.failures.get("audit"):
            raise failure
        yield from (event for event in self.audit if event.at >= since)

    def _all(self, kind: Kind) -> list[ReadBatch]:
        observed = _observed(self.objects[kind.name])
        batches = [
            ReadBatch(kind.name, objects=observed[start : start + PAGE])
            for start in range(0, len(observed), PAGE)
        ]
        for link in kind.links:
            pairs = sorted(self.links[link.name])
            batches.append(
                ReadBatch(
                    kind.name,
                    links=tuple(ObservedLink(link.name, *pair) for pair in pairs),
                    link_sets_complete=tuple(
                        (link.name, object_id) for object_id in self.objects[kind.name]
                    ),
                )
            )
        return batches

    def _unlink_all(self, object_id: str) -> None:
        for pairs in self.links.values():
            pairs -= {pair for pair in pairs if object_id in pair}


def _observed(bodies: dict[str, dict[str, Any]]) -> tuple[ObservedObject, ...]:
    return tuple(ObservedObject(object_id, dict(body)) for object_id, body in bodies.items())


def small_directory() -> MemorySource:
    """Five users, a group and its members."""
    source = MemorySource()
    for number in range(5):
        source.put("user", f"u{number}", displayName=f"User {number}")
        source.link("group.members", "g1", f"u{number}")
    source.put("group", "g1", displayName="Staff")
    return source
