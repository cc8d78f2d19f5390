"""What is sealed under the tenant's key: bodies that open, in their own place, and dictionaries."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core import envelope
from apps.core.errors import HoldfastError
from apps.history.bodies import BodyOpener, DamagedBody, Place, dictionary_of
from apps.history.cursors import cursor_aad
from apps.history.database import rows, stream
from apps.history.dictionaries import open_dictionary
from apps.history.models import CollectionCursor, CompressionDictionary
from apps.history.verification import sql
from apps.history.verification.damage import Code, Findings

# So many that do not open are looked at more closely.
_LOOKED_AT = 50

Dictionaries = dict[tuple[str, int], bytes]


@dataclass(frozen=True, slots=True)
class _Closed:
    """A stored body that does not open at its place."""

    place: Place
    stored: bytes


def check_bodies(
    tenant_id: UUID, key: bytes, findings: Findings, *, share: float, seed: int
) -> int:
    """Open bodies, and name those that do not open. How many were tried.

    share: per cent of them; seed: decides which, so nobody may know it before.
    """
    dictionaries, damaged = _dictionaries(tenant_id, key)
    opener = BodyOpener(key, tenant_id, dictionaries)
    threshold = round(sql.ALL_SHARES * share / 100)
    tried = failed = unexplained = 0
    without: set[tuple[str, int]] = set()
    closed: list[_Closed] = []
    for kind, object_id, seq, stored in stream(sql.BODIES, [tenant_id, seed, threshold]):
        tried += 1
        place = Place(kind, object_id, seq)
        if _opens(opener, place, stored):
            continue
        failed += 1
        needed = (kind, dictionary_of(stored))
        if needed[1] and needed not in dictionaries:
            without.add(needed)
        else:
            unexplained += 1
            if unexplained <= _LOOKED_AT:
                closed.append(_Closed(place, bytes(stored)))
    if _is_wrong_key(tenant_id, key, opened=tried - failed, failed=failed or len(damaged)):
        detail = f"None of {tried} bodies opens: the tenant's data key is not the one they need."
        findings.add(Code.WRONG_KEY, 0, detail)
        return tried
    _name_dictionaries(damaged, without, findings)
    _name_bodies(tenant_id, opener, closed, findings)
    findings.count_on(Code.BODY_UNREADABLE, unexplained - len(closed))
    return tried


def _dictionaries(tenant_id: UUID, key: bytes) -> tuple[Dictionaries, set[tuple[str, int]]]:
    """Those that open, and the names of those that do not."""
    opened: Dictionaries = {}
    damaged = set()
    for row in CompressionDictionary.objects.filter(tenant_id=tenant_id):
        try:
            opened[row.kind, row.number] = open_dictionary(row, key)
        except HoldfastError:
            damaged.add((row.kind, row.number))
    return opened, damaged


def _opens(opener: BodyOpener, place: Place, stored: bytes) -> bool:
    try:
        opener.open(place, stored)
    except (DamagedBody, ValueError):
        return False
    return True


def _is_wrong_key(tenant_id: UUID, key: bytes, *, opened: int, failed: int) -> bool:
    """Whether nothing at all opens: neither a body nor what else is sealed under the key."""
    if opened or not failed:
        return False
    cursors = CollectionCursor.objects.filter(tenant_id=tenant_id)[:_LOOKED_AT]
    return not any(_cursor_opens(row, key) for row in cursors)


def _cursor_opens(row: CollectionCursor, key: bytes) -> bool:
    try:
        envelope.open_sealed(key, bytes(row.cursor), cursor_aad(row.tenant_id, row.collection))
    except HoldfastError:
        return False
    return True


def _name_dictionaries(
    damaged: set[tuple[str, int]], without: set[tuple[str, int]], findings: Findings
) -> None:
    for kind, number in sorted(damaged):
        findings.add(
            Code.DICTIONARY_DAMAGED,
            0,
            f"Compression dictionary {number} of {kind} cannot be opened, nor the bodies that"
            " need it.",
        )
    for kind, number in sorted(without - damaged):
        findings.add(
            Code.DICTIONARY_MISSING,
            0,
            f"Compression dictionary {number} of {kind} is missing; bodies need it.",
        )


def _name_bodies(
    tenant_id: UUID, opener: BodyOpener, closed: list[_Closed], findings: Findings
) -> None:
    copies = [Place(*found) for found in _copies(tenant_id, closed)]
    for one in closed:
        place = one.place
        whose = f"the body of {place.kind} {place.object_id}"
        origin = _origin(tenant_id, opener, one, copies)
        if origin is None:
            findings.add(Code.BODY_UNREADABLE, place.seq, f"It cannot be read: {whose}.")
        elif (origin.kind, origin.object_id) == (place.kind, place.object_id):
            detail = f"In place of {whose} there is its body of position {origin.seq}."
            findings.add(Code.BODY_REPLAYED, place.seq, detail)
        else:
            detail = f"In place of {whose} there is that of {origin.kind} {origin.object_id}."
            findings.add(Code.BODY_MOVED, place.seq, detail)


def _copies(tenant_id: UUID, closed: list[_Closed]) -> list[tuple[str, str, int]]:
    """Where the very bytes of bodies that do not open are stored, and where each was to be."""
    if not closed:
        return []
    stored = [one.stored for one in closed]
    found: list[Any] = rows(sql.SAME_BYTES, [tenant_id, stored])
    return found + [(one.place.kind, one.place.object_id, one.place.seq) for one in closed]


def _origin(tenant_id: UUID, opener: BodyOpener, one: _Closed, copies: list[Place]) -> Place | None:
    """The place where a body opens that does not open at its own: it was taken from there."""
    place = one.place
    own = rows(sql.POSITIONS_OF, [tenant_id, place.kind, place.object_id])
    candidates = [*(Place(place.kind, place.object_id, seq) for (seq,) in own), *copies]
    return next((found for found in candidates if _opens(opener, found, one.stored)), None)
