"""Reading one collection: portions in, staged rows out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.entra.catalogue import Kind, SoftDelete
from apps.entra.reading import ObservedLink, ObservedObject, RemovedObject, Values
from apps.history.capture import apart_rows, staged_links, staged_objects
from apps.history.capture.heads import FEW_OBJECTS, LinksHeldBack
from apps.history.capture.portions import Portion, gather, merged
from apps.history.capture.run_state import CaptureRun
from apps.history.capture.sealing import CollectionBodies
from apps.history.capture.staged_objects import StagedObject
from apps.history.choices import ObjectState
from apps.history.kept_digests import KeptDigests

# As plain texts: an enumeration's members take many times as long to look up by.
_PRESENT, _SOFT_DELETED = ObjectState.PRESENT.value, ObjectState.SOFT_DELETED.value
_UNKNOWN: tuple[str | None, bytes | None] = (None, None)
# A read of so many portions has staged enough for looking objects up to need an index.
_MANY = 3


class CollectionReader:
    """Reads one kind into the staging tables.

    After reading, cursor is what to go on from next time, whole whether every object was named,
    found_anything whether something was named, found_departures whether some of that was changed to
    be no longer there, staged_links how many rows were staged of links, soft_deleted what delta
    says is in the bin.

    What is as it was in a collection whose heads are held is held back, and so are links: they are
    staged when something turns out to differ that has to be settled in the database.
    """

    def __init__(self, run: CaptureRun, kind: Kind) -> None:
        self._run, self._kind = run, kind
        self._bodies = CollectionBodies(run, kind.name)
        self._digests = KeptDigests(run.key, kind)
        self._known = run.before_of(kind.name).status is not None
        self._heads = run.heads.objects.get(kind.name)
        self._held_back: list[tuple[int, list[StagedObject]]] = []
        self._links = LinksHeldBack(run.heads) if self._known else None
        # What was named, as long as it is little: the staged rows tell it too.
        self._named: set[str] | None = set()
        self._portions = 0
        self.cursor: str | None = None
        self.whole = False
        self.found_anything = self.found_departures = False
        self.staged_links = 0
        self.soft_deleted: set[str] = set()

    def read(self, cursor: str | None, *, afresh: bool) -> None:
        """Read all of it, or with a cursor what changed. Raises EntraError, JobCancelled.

        afresh: no cursor is held that still works, so a read of all of it should also give one.
        """
        batches = self._run.source.read(self._kind, cursor=cursor, first_read=afresh)
        for portion in gather(batches, self._kind):
            self._run.progress.check_cancelled()
            if portion.changes or portion.links or portion.link_sets:
                self._stage(portion)
                self._run.note_read(self._kind.name, len(portion.changes))
            self.cursor = portion.cursor or self.cursor
            self.whole = self.whole or portion.whole
        if self._portions > 1:
            self.stage_what_is_held_back()
            staged_objects.settle_repeated(self._kind.name)

    def lay_over(self, values: Mapping[str, Values]) -> None:
        """Add to bodies what was read apart from them, by object id."""
        if values:
            changes: dict[str, ObservedObject | RemovedObject] = {
                object_id: ObservedObject(object_id, held, partial=True)
                for object_id, held in values.items()
            }
            self._stage(Portion(changes=changes))

    def read_bin(self) -> None:
        """Note what is soft-deleted now, and as what it would come back.

        After a read of what changed, only what it said is in the bin. Raises EntraError,
        JobCancelled.
        """
        if self._kind.soft_delete == SoftDelete.NONE:
            return
        for portion in gather(self._run.source.read_bin(self._kind), self._kind):
            self._run.progress.check_cancelled()
            self._stage_binned(
                {
                    object_id: item
                    for object_id, item in portion.changes.items()
                    if isinstance(item, ObservedObject)
                    and (self.whole or object_id in self.soft_deleted)
                }
            )

    def _stage(self, portion: Portion) -> None:
        self.found_anything = True
        self._run.staged.add(self._kind.name)
        bodies = self._full_bodies(portion)
        self._put(self._compared(bodies))
        self._stage_removed(portion)
        # Without anything from before nothing can be missing.
        link_sets = [*portion.link_sets, *self._replaced(portion)] if self._known else []
        if self._links is None or not self._links.take(portion.links, link_sets):
            self.settle_links(news=True)
            self._stage_links(portion.links, link_sets)

    def _stage_links(
        self, links: Sequence[ObservedLink], link_sets: Sequence[tuple[str, str]]
    ) -> None:
        self.staged_links += len(links) + len(link_sets)
        staged_links.stage(links)
        staged_links.stage_sets(link_sets)

    def settle_links(self, *, news: bool = False) -> None:
        """Stage the links that are held back, unless they are as they were. news: in any case."""
        held, self._links = self._links, None
        if held is not None and (news or held.is_news()):
            self._stage_links(held.links, held.link_sets)

    def _put(self, staged: list[StagedObject]) -> None:
        self._portions += 1
        self._note(staged)
        if self._heads is not None and not self._kind.read_apart:
            self._held_back.append((self._portions, [one for one in staged if not one.changed]))
            staged = [one for one in staged if one.changed]
        staged_objects.stage(self._kind.name, self._portions, staged)

    def _note(self, staged: list[StagedObject]) -> None:
        for item in staged:
            if item.changed and (item.state != _PRESENT or item.before == _SOFT_DELETED):
                self._run.moved.note(item.before, item.state)
                self.found_departures = self.found_departures or item.state != _PRESENT
        if self._named is not None:
            self._named.update(item.object_id for item in staged)
            if len(self._named) > 2 * FEW_OBJECTS:
                self.stage_what_is_held_back()
                self._heads = self._named = None

    def stage_what_is_held_back(self) -> None:
        """From here on the staged rows name everything that this read named."""
        for portion, staged in self._held_back:
            staged_objects.stage(self._kind.name, portion, staged)
        self._held_back.clear()

    def gone(self) -> staged_objects.Gone:
        """What this whole read did not name."""
        if not self._known:
            return staged_objects.Gone()
        if self._heads is None or self._named is None:
            return staged_objects.gone(self._run.tenant_id, self._kind.name)
        states = [state for one, (state, _) in self._heads.items() if one not in self._named]
        return staged_objects.Gone(states.count(_PRESENT), states.count(_SOFT_DELETED))

    def unsettled(self) -> bool:
        """Whether something present or soft-deleted before was not named by this whole read."""
        return any(self.gone())

    def _stage_removed(self, portion: Portion) -> None:
        removed = [item for item in portion.changes.values() if isinstance(item, RemovedObject)]
        self.soft_deleted -= portion.changes.keys()
        self.soft_deleted |= {item.object_id for item in removed if item.soft}
        if removed:
            before = self._before([item.object_id for item in removed])
            self._put([_removed(item, *before.get(item.object_id, _UNKNOWN)) for item in removed])

    def _replaced(self, portion: Portion) -> Iterator[tuple[str, str]]:
        """A link with a single target that has a new one has lost the one before."""
        single = {link.name for link in self._kind.links if link.single}
        for item in portion.links:
            if item.present and item.link in single:
                yield item.link, item.source_id

    def _full_bodies(self, portion: Portion) -> dict[str, dict[str, Any]]:
        observed = [item for item in portion.changes.values() if isinstance(item, ObservedObject)]
        bodies = self._merged(observed)
        if not (self._known and self._kind.read_apart):
            return bodies
        whole = [item.object_id for item in observed if not item.partial]
        for object_id, values in apart_rows.held(self._run, self._kind, whole).items():
            bodies[object_id] = {**bodies[object_id], **values}
        return bodies

    def _merged(self, observed: list[ObservedObject]) -> dict[str, dict[str, Any]]:
        """Their bodies, where they are only parts laid over the ones before."""
        partial = [item.object_id for item in observed if item.partial]
        if not partial:
            return {item.object_id: item.body for item in observed}
        before = self._bodies_before(partial)
        return {
            item.object_id: (
                merged(self._kind, before.get(item.object_id), item.body)
                if item.partial
                else item.body
            )
            for item in observed
        }

    def _bodies_before(self, object_ids: list[str]) -> dict[str, dict[str, Any]]:
        """What partial answers are laid over; what this read staged of them is taken back."""
        found = self._bodies.open_known(object_ids) if self._known else {}
        again = self._seen(object_ids)
        if again:
            kind, repeated = self._kind.name, list(again)
            found |= self._bodies.open_staged(staged_objects.staged_bodies(kind, repeated))
            staged_objects.unstage(kind, repeated)
        return found

    def _seen(self, object_ids: list[str]) -> set[str]:
        if not self._portions:
            return set()
        if self._named is not None:
            return self._named.intersection(object_ids)
        if self._portions >= _MANY:
            staged_objects.index_staged()
        return staged_objects.seen(self._kind.name, object_ids)

    def _before(self, object_ids: list[str]) -> Mapping[str, tuple[str | None, bytes | None]]:
        """State and digest in the snapshot before, of those that were known."""
        if not (self._known and object_ids):
            return {}
        if self._heads is not None:
            return self._heads
        return staged_objects.newest(self._run.tenant_id, self._kind.name, object_ids)

    def _compared(self, bodies: dict[str, dict[str, Any]]) -> list[StagedObject]:
        """Rows to stage: sealed bodies for what changed, a note for what did not."""
        ids = list(bodies)
        before = self._before(ids)
        digests = self._digests_of(bodies, before)
        changed = [one for one in ids if before.get(one) != (_PRESENT, digests[one])]
        sealed = self._bodies.seal([(one, bodies[one]) for one in changed])
        staged = [
            StagedObject(one, _PRESENT, before.get(one, _UNKNOWN)[0], True, digests[one], body)
            for one, body in zip(changed, sealed, strict=True)
        ]
        return staged + [StagedObject(one) for one in bodies.keys() - set(changed)]

    def _digests_of(
        self,
        bodies: Mapping[str, dict[str, Any]],
        before: Mapping[str, tuple[str | None, bytes | None]],
    ) -> dict[str, bytes]:
        of = self._digests.of
        return {one: of(body, before.get(one, _UNKNOWN)[1]) for one, body in bodies.items()}

    def _stage_binned(self, observed: dict[str, ObservedObject]) -> None:
        """A body is kept only where it is not the last one: it is what an undelete brings back."""
        named = self._seen(list(observed))
        if again := named & self.soft_deleted:
            staged_objects.unstage(self._kind.name, again)
        ids = list(set(observed).difference(named - self.soft_deleted))
        known = self._bodies.open_known(ids) if self._known else {}
        bodies = {one: merged(self._kind, known.get(one), observed[one].body) for one in ids}
        before = self._before(ids)
        digests = self._digests_of(bodies, before)
        other = [
            (one, bodies[one])
            for one, value in digests.items()
            if before.get(one, _UNKNOWN) not in {(_PRESENT, value), (_SOFT_DELETED, value)}
        ]
        sealed = dict(zip(dict(other), self._bodies.seal(other), strict=True))
        self._put(
            [
                StagedObject(
                    one,
                    _SOFT_DELETED,
                    before.get(one, _UNKNOWN)[0],
                    changed=before.get(one) != (_SOFT_DELETED, value),
                    digest=value,
                    body=sealed.get(one),
                )
                for one, value in digests.items()
            ]
        )


def _removed(
    item: RemovedObject, state_before: str | None, last_digest: bytes | None
) -> StagedObject:
    state = _SOFT_DELETED if item.soft else ObjectState.HARD_DELETED
    return StagedObject(item.object_id, state, state_before, changed=True, digest=last_digest)
