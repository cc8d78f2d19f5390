"""The versions: as many as were sealed, and the very same."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from apps.history import chain
from apps.history.database import rows, stream
from apps.history.pruning import rules
from apps.history.verification import sql
from apps.history.verification.damage import Code, Findings
from apps.history.verification.segments import Segment

# Pieces are read together while they have so few versions between them.
_TOGETHER = 50_000

Digests = dict[int, bytes]
"""By the position at which a piece ends."""


class Counted:
    """How many versions of objects and links there are at each position.

    within: only after the one position up to the other.
    """

    def __init__(self, tenant_id: UUID, within: tuple[int, int] | None = None) -> None:
        place = [tenant_id, *(within or (-1, sql.LAST_POSITION))]
        self.objects = dict(rows(sql.COUNT_OBJECTS, place))
        self.links = dict(rows(sql.COUNT_LINKS, place))

    @property
    def total(self) -> int:
        return sum(self.objects.values()) + sum(self.links.values())

    def check_stray(self, known: Iterable[int], findings: Findings) -> None:
        """Name positions that have versions and no snapshot."""
        for seq in sorted((self.objects.keys() | self.links.keys()) - set(known)):
            findings.add(
                Code.VERSIONS_STRAY, seq, "There are versions at a position without a snapshot."
            )

    def differs(self, piece: Segment, findings: Findings) -> bool:
        """Whether a piece has another number of versions than was sealed; that is noted."""
        if piece.unfinished:
            return False
        differs = False
        for what, found, sealed in (
            ("object", self._in(self.objects, piece), piece.object_versions),
            ("link", self._in(self.links, piece), piece.link_versions),
        ):
            if found < sealed:
                code = Code.FOLDED_MISSING if piece.folded else Code.VERSIONS_MISSING
                detail = f"{sealed - found} of {sealed} {what} versions are missing."
            elif found > sealed:
                code = Code.FOLDED_ADDED if piece.folded else Code.VERSIONS_ADDED
                detail = f"There are {found - sealed} {what} versions more than were sealed."
            else:
                continue
            differs = True
            findings.add(code, piece.high, detail)
        return differs

    @staticmethod
    def _in(counts: dict[int, int], piece: Segment) -> int:
        return sum(counts.get(seq, 0) for seq in range(piece.low + 1, piece.high + 1))


def check_digests(tenant_id: UUID, pieces: Iterable[Segment], findings: Findings) -> int:
    """Recompute the digests of pieces. How many versions were read."""
    read = 0
    for several in _together(pieces):
        objects = _digests(tenant_id, several, objects=True)
        links = _digests(tenant_id, several, objects=False)
        for piece in several:
            read += piece.versions
            changed = [
                what
                for what, found, sealed in (
                    ("object", objects[piece.high], piece.objects_digest),
                    ("link", links[piece.high], piece.links_digest),
                )
                if found != sealed
            ]
            if changed:
                findings.add(
                    Code.FOLDED_CHANGED if piece.folded else Code.VERSIONS_CHANGED,
                    piece.high,
                    f"Its {' and '.join(changed)} versions are not those that were sealed.",
                )
    return read


def remaining(tenant_id: UUID, low: int, high: int) -> tuple[bytes, bytes]:
    """The digests over the object and the link versions that folding an interval leaves."""
    piece = Segment(low, high, b"", b"", 0, 0, folded=True, unfinished=True)
    return (
        _digests(tenant_id, [piece], objects=True)[high],
        _digests(tenant_id, [piece], objects=False)[high],
    )


def _together(pieces: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Neighbouring pieces of one sort, as many as are worth one query."""
    several: list[Segment] = []
    for piece in pieces:
        if several and (
            piece.folded
            or several[-1].folded
            or several[-1].high != piece.low
            or sum(one.versions for one in several) + piece.versions > _TOGETHER
        ):
            yield several
            several = []
        several.append(piece)
    if several:
        yield several


def _digests(tenant_id: UUID, several: Sequence[Segment], *, objects: bool) -> Digests:
    place = [tenant_id, several[0].low, several[-1].high]
    if several[0].folded:
        read = _folded(several[0], place, objects=objects)
        return {several[0].high: chain.digest_of_rows(read)}
    query = sql.OBJECTS + sql.OBJECT_ORDER if objects else sql.LINKS + sql.LINK_ORDER
    position: Callable[[tuple[Any, ...]], int] = lambda row: row[0]  # noqa: E731
    found = {
        seq: chain.digest_of_rows(row[1:] for row in group)
        for seq, group in groupby(stream(query, place), key=position)
    }
    nothing = chain.digest_of_rows(())
    return {piece.high: found.get(piece.high, nothing) for piece in several}


def _folded(piece: Segment, place: list[Any], *, objects: bool) -> Iterator[tuple[Any, ...]]:
    """The rows of a folded piece; of one that is unfinished those that will remain."""
    order = sql.OBJECT_ORDER if objects else sql.LINK_ORDER
    if not piece.unfinished:
        return stream((sql.OBJECTS if objects else sql.LINKS) + order, place)
    columns, source = (
        (sql.OBJECT_COLUMNS, rules.OBJECTS) if objects else (sql.LINK_COLUMNS, rules.LINKS)
    )
    remaining = f"select {columns} from ({source}) folded where stays {order}"  # noqa: S608 - ours
    return stream(remaining, place)
