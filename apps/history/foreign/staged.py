"""Staging of one of the two positions: what differs from the newest versions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from apps.entra.catalogue import kind
from apps.entra.reading import ObservedLink
from apps.history.capture import staged_links, staged_objects, staging
from apps.history.capture.run_state import CaptureRun
from apps.history.capture.sealing import CollectionBodies
from apps.history.capture.staged_objects import StagedObject
from apps.history.choices import ObjectState
from apps.history.database import execute
from apps.history.foreign.records import ForeignLink, ForeignObject
from apps.history.kept_digests import KeptDigests

_THERE = (ObjectState.PRESENT, ObjectState.SOFT_DELETED)
_REVERSED_LINKS = """
insert into capture_accepted_link (link, source_id, target_id, present)
select link, source_id, target_id, not present from history_linkversion
where tenant_id = %s and seq = %s
"""


class Touched(NamedTuple):
    """An object that was laid over. before: its state until then, None where nobody knew it;
    laid, digest: what was laid over it."""

    kind: str
    object_id: str
    before: str | None
    laid: str
    digest: bytes


class Stager:
    """Stages objects and links of one position, batch by batch."""

    def __init__(self, run: CaptureRun) -> None:
        self._run = run
        self._portion = 0
        self._bodies: dict[str, CollectionBodies] = {}

    def lay_over(self, batch: Sequence[ForeignObject]) -> list[Touched]:
        """Stage those that differ from the newest versions; how each of these was."""
        touched: list[Touched] = []
        by_kind: dict[str, dict[str, ForeignObject]] = defaultdict(dict)
        for one in batch:
            by_kind[one.kind][one.object_id] = one
        for name, objects in by_kind.items():
            known = staged_objects.newest(self._run.tenant_id, name, list(objects))
            digests = self._digests_of(name, objects, known)
            other = {
                one: item
                for one, item in objects.items()
                if not _is_as_before(item, digests[one], known.get(one))
            }
            self._put(name, other, digests, known)
            touched += [
                Touched(name, one, known.get(one, (None,))[0], str(item.state), digests[one])
                for one, item in other.items()
            ]
        return touched

    def put_back(self, touched: Sequence[Touched], bodies: Mapping[Any, Mapping[str, Any]]) -> None:
        """Stage these as they were. bodies: by kind and id, of those that there were."""
        by_kind: dict[str, list[Touched]] = defaultdict(list)
        for one in touched:
            by_kind[one.kind].append(one)
        for name, items in by_kind.items():
            there = {
                one.object_id: ForeignObject(
                    name, one.object_id, bodies[name, one.object_id], ObjectState(one.before)
                )
                for one in items
                if one.before in _THERE
            }
            laid_over = {one.object_id: (one.laid, one.digest) for one in items}
            digests = self._digests_of(name, there, laid_over)
            self._put(name, there, digests, laid_over)
            # What was only named is as it was: not there.
            gone = [one for one in items if one.object_id not in there and one.laid in _THERE]
            self._stage(name, [_gone(one) for one in gone])

    def links(self, batch: Iterable[ForeignLink]) -> None:
        """Note links; accept_links() takes those that differ from the newest versions."""
        staged_links.stage([ObservedLink(*one) for one in batch])

    def accept_links(self) -> None:
        """Take over what was noted."""
        staged_links.prepare()
        staged_links.accept(self._run.tenant_id)
        staging.empty_reading()

    def _digests_of(
        self,
        name: str,
        objects: Mapping[str, ForeignObject],
        known: Mapping[str, tuple[str, bytes]],
    ) -> dict[str, bytes]:
        """As captures make them, so that what is alike is no change."""
        of = KeptDigests(self._run.key, kind(name)).of
        return {
            one: of(item.body, known[one][1] if one in known else None)
            for one, item in objects.items()
        }

    def _put(
        self,
        name: str,
        objects: Mapping[str, ForeignObject],
        digests: Mapping[str, bytes],
        known: Mapping[str, tuple[str, bytes]],
    ) -> None:
        if not objects:
            return
        sealer = self._bodies.setdefault(name, CollectionBodies(self._run, name))
        sealed = sealer.seal([(one, dict(item.body)) for one, item in objects.items()])
        self._stage(
            name,
            [
                StagedObject(
                    one,
                    item.state,
                    known[one][0] if one in known else None,
                    changed=True,
                    digest=digests[one],
                    body=stored,
                )
                for (one, item), stored in zip(objects.items(), sealed, strict=True)
            ],
        )

    def _stage(self, name: str, staged: list[StagedObject]) -> None:
        self._portion += 1
        staged_objects.stage(name, self._portion, staged)


def _is_as_before(item: ForeignObject, value: bytes, known: tuple[str, bytes] | None) -> bool:
    """Whether nothing is to be laid over: it is like that, or not there and only named."""
    if known is None:
        return False
    is_gone = item.state == ObjectState.HARD_DELETED == known[0]
    return is_gone or known == (item.state, value)


def reverse_links(run: CaptureRun, seq: int) -> None:
    """Accept the opposite of each version of a link that a position brought."""
    execute(_REVERSED_LINKS, [run.tenant_id, seq])


def _gone(one: Touched) -> StagedObject:
    return StagedObject(
        one.object_id,
        ObjectState.HARD_DELETED,
        one.laid,
        changed=True,
        digest=one.digest,
    )
