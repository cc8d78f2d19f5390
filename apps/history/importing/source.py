"""Files as what a capture reads: each kind by itself, a file at a time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from itertools import islice

from apps.entra.catalogue import Kind
from apps.entra.errors import EntraError
from apps.entra.reading import (
    AuditEvent,
    ObservedLink,
    ObservedObject,
    ReadBatch,
    RemovedObject,
    Values,
)
from apps.history.capture.source import Wanted
from apps.history.importing.bodies import body_of
from apps.history.importing.finding import Finder
from apps.history.importing.recognising import FoundLinks, FoundObject

_PORTION = 500


class NotInFiles(EntraError):
    """The files do not hold it."""

    default_code = "not-in-files"


class ImportSource:
    """What a Finder found. whole: kinds of which the files hold every object there was."""

    def __init__(self, finder: Finder, whole: frozenset[str]) -> None:
        self._finder, self._index = finder, finder.index
        self.whole = (whole | _own_whole(finder)) - finder.index.broken

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that the files tell of; an export of Holdfast also of those there were none."""
        return self._index.kinds | (_own_whole(self._finder) - self._index.broken)

    @property
    def is_own(self) -> bool:
        """Whether the files are an export of Holdfast."""
        return self._index.export is not None

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Files are read as they are asked for."""

    def close(self) -> None:
        """Files are closed when they were read."""

    def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
        """Objects, then links, then what is complete. What is in the bin is named as such."""
        for portion in self._portions(kind):
            yield self._objects(kind, portion)
        for link in kind.links:
            for number in self._index.links.get(link.name, ()):
                yield self._links_of(kind, link.name, number)
            complete = sorted(self._known_sets(kind, link.name))
            sets = tuple((link.name, source_id) for source_id in complete)
            yield ReadBatch(kind.name, link_sets_complete=sets)
        yield ReadBatch(kind.name, whole=kind.name in self.whole)

    def left_out(self, kind: Kind) -> tuple[str, ...]:
        return ()

    def read_bin(self, kind: Kind) -> Iterator[ReadBatch]:
        """The objects that the files tell of as deleted. Raises NotInFiles when they tell of none
        and need not."""
        if kind.name not in self._index.binned and self._index.export is None:
            raise NotInFiles("The files tell nothing of the recycle bin.")
        for portion in self._portions(kind):
            binned = [found for found in portion if found.binned]
            yield ReadBatch(kind.name, objects=tuple(map(self._observed, binned)))

    def read_apart(self, kind: Kind, object_ids: Sequence[str]) -> dict[str, Values | None]:
        raise NotInFiles("Files are not asked for it.")

    def read_audit(self, *, since: datetime) -> Iterator[AuditEvent]:
        raise NotInFiles("The files hold no audit log.")

    def _portions(self, kind: Kind) -> Iterator[list[FoundObject]]:
        for number in self._index.objects.get(kind.name, ()):
            found = self._found(kind, number)
            while portion := list(islice(found, _PORTION)):
                yield portion

    def _objects(self, kind: Kind, found: list[FoundObject]) -> ReadBatch:
        return ReadBatch(
            kind.name,
            objects=tuple(self._observed(one) for one in found if not one.binned),
            removed=tuple(RemovedObject(one.object_id, soft=True) for one in found if one.binned),
            link_sets_complete=tuple(
                (link.name, one.object_id) for one in found if one.own for link in kind.links
            ),
        )

    def _links_of(self, kind: Kind, link: str, number: int) -> ReadBatch:
        links = [
            ObservedLink(link, found.source_id, target_id)
            for found in self._finder.found_in(number)
            if isinstance(found, FoundLinks) and found.link == link
            for target_id in found.target_ids
        ]
        return ReadBatch(kind.name, links=tuple(links))

    def _found(self, kind: Kind, number: int) -> Iterator[FoundObject]:
        for found in self._finder.found_in(number):
            if isinstance(found, FoundObject) and found.kind.name == kind.name:
                yield found

    def _observed(self, found: FoundObject) -> ObservedObject:
        known = [
            link.property
            for link in found.kind.links
            if found.object_id in self._known_sets(found.kind, link.name)
        ]
        return ObservedObject(found.object_id, body_of(found, known, Counter()))

    def _known_sets(self, kind: Kind, link: str) -> AbstractSet[str]:
        """The sources of which all links are known: where a file says so, and where the files hold
        some of a kind that they hold wholly."""
        of = self._index.sources if kind.name in self.whole else self._index.whole_sets
        return of.get(link, frozenset())


def _own_whole(finder: Finder) -> frozenset[str]:
    export = finder.index.export
    return export.whole if export is not None else frozenset()
