"""Reading one collection: portions in, staged rows out."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.entra.catalogue import Kind, SoftDelete, digest
from apps.entra.reading import ObservedObject, RemovedObject, Values
from apps.history.capture import apart_rows, staged_links, staged_objects
from apps.history.capture.portions import Portion, gather, merged
from apps.history.capture.run_state import CaptureRun
from apps.history.capture.sealing import CollectionBodies
from apps.history.capture.staged_objects import StagedObject
from apps.history.choices import ObjectState

_PRESENT, _SOFT_DELETED = ObjectState.PRESENT, ObjectState.SOFT_DELETED
_UNKNOWN = (ObjectState.HARD_DELETED, b"")


class CollectionReader:
    """Reads one kind into the staging tables.

    After reading, cursor is what to go on from next time, whole whether every object was named,
    found_anything whether something was staged, soft_deleted what delta says is in the bin.
    """

    def __init__(self, run: CaptureRun, kind: Kind) -> None:
        self._run, self._kind = run, kind
        self._bodies = CollectionBodies(run, kind.name)
        self._known = run.before_of(kind.name).status is not None
        self.cursor: str | None = None
        self.whole = False
        self.found_anything = False
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
        again = staged_objects.seen(list(portion.changes))
        bodies = self._full_bodies(portion, again)
        if again:
            staged_objects.unstage(again)
        staged_objects.stage(self._compared(bodies))
        self._stage_removed(portion)
        staged_links.stage(portion.links)
        staged_links.stage_sets([*portion.link_sets, *self._replaced(portion)])

    def _stage_removed(self, portion: Portion) -> None:
        removed = [item for item in portion.changes.values() if isinstance(item, RemovedObject)]
        self.soft_deleted -= portion.changes.keys()
        self.soft_deleted |= {item.object_id for item in removed if item.soft}
        staged_objects.stage(
            StagedObject(
                item.object_id,
                ObjectState.SOFT_DELETED if item.soft else ObjectState.HARD_DELETED,
                changed=True,
            )
            for item in removed
        )

    def _replaced(self, portion: Portion) -> Iterator[tuple[str, str]]:
        """A link with a single target that has a new one has lost the one before."""
        single = {link.name for link in self._kind.links if link.single}
        for item in portion.links:
            if item.present and item.link in single:
                yield item.link, item.source_id

    def _full_bodies(self, portion: Portion, again: set[str]) -> dict[str, dict[str, Any]]:
        observed = [item for item in portion.changes.values() if isinstance(item, ObservedObject)]
        whole = [item.object_id for item in observed if not item.partial]
        apart = apart_rows.held(self._run, self._kind, whole) if self._known else {}
        bodies = self._merged(observed, again)
        return {
            object_id: {**body, **apart[object_id]} if object_id in apart else body
            for object_id, body in bodies.items()
        }

    def _merged(self, observed: list[ObservedObject], again: set[str]) -> dict[str, dict[str, Any]]:
        """Their bodies, where they are only parts laid over the ones before."""
        partial = [item.object_id for item in observed if item.partial]
        before = self._bodies_before(partial, again) if partial else {}
        return {
            item.object_id: (
                merged(self._kind, before.get(item.object_id), item.body)
                if item.partial
                else item.body
            )
            for item in observed
        }

    def _bodies_before(self, object_ids: list[str], again: set[str]) -> dict[str, dict[str, Any]]:
        found = self._bodies.open_known(object_ids) if self._known else {}
        repeated = [object_id for object_id in object_ids if object_id in again]
        if repeated:
            found |= self._bodies.open_staged(staged_objects.staged_bodies(repeated))
        return found

    def _compared(self, bodies: dict[str, dict[str, Any]]) -> list[StagedObject]:
        """Rows to stage: sealed bodies for what changed, a note for what did not."""
        ids = list(bodies)
        digests = [digest(self._kind, body) for body in bodies.values()]
        same = self._unchanged(ids, digests)
        changed = [number for number, is_same in enumerate(same) if not is_same]
        sealed = self._bodies.seal([(ids[number], bodies[ids[number]]) for number in changed])
        staged = [
            StagedObject(ids[number], ObjectState.PRESENT, digests[number], body, changed=True)
            for number, body in zip(changed, sealed, strict=True)
        ]
        return staged + [StagedObject(ids[n]) for n, is_same in enumerate(same) if is_same]

    def _unchanged(self, ids: list[str], digests: list[bytes]) -> list[bool]:
        """For each object whether it is present already with the same digest.

        Asks for the heads by key and compares here: a join with the list would leave the choice
        of plan to statistics that are out of date just after a large capture.
        """
        if not (self._known and ids):
            return [False] * len(ids)
        heads = staged_objects.heads(self._run.tenant_id, self._kind.name, ids)
        return [
            heads.get(object_id) == (ObjectState.PRESENT, digest)
            for object_id, digest in zip(ids, digests, strict=True)
        ]

    def _stage_binned(self, observed: dict[str, ObservedObject]) -> None:
        """A body is kept only where it is not the last one: it is what an undelete brings back."""
        named = staged_objects.seen(list(observed))
        staged_objects.unstage(named & self.soft_deleted)
        ids = set(observed).difference(named - self.soft_deleted)
        bodies = self._merged([observed[object_id] for object_id in ids], set())
        heads = staged_objects.heads(self._run.tenant_id, self._kind.name, list(ids))
        digests = {object_id: digest(self._kind, body) for object_id, body in bodies.items()}
        other = [
            (object_id, bodies[object_id])
            for object_id, value in digests.items()
            if heads.get(object_id, _UNKNOWN) not in {(_PRESENT, value), (_SOFT_DELETED, value)}
        ]
        sealed = dict(zip(dict(other), self._bodies.seal(other), strict=True))
        staged_objects.stage(
            StagedObject(
                object_id,
                ObjectState.SOFT_DELETED,
                digests[object_id],
                sealed.get(object_id),
                changed=heads.get(object_id) != (_SOFT_DELETED, value),
            )
            for object_id, value in digests.items()
        )
