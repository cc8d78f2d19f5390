"""Objects as people read them: their properties in words, their versions as a story."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.languages.choosing import shown
from apps.diffs.attributes import compare_bodies
from apps.entra.catalogue import KINDS, Kind, unknown
from apps.entra.catalogue import kind as kind_named
from apps.entra.catalogue.normalising import DELETED, PARENT, TYPE
from apps.history import selectors as history
from apps.history.choices import ObjectState as State
from apps.history.models import Snapshot, SnapshotCollection
from apps.history.records import CopiedAuditEvent
from apps.history.search.objects import ObjectVersion, VersionPage
from apps.tenants.models import Tenant

# An account that everything signs in with may have thousands in a day.
MOST_EVENTS = 500
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
# What the header says already, or what is not the object's own.
_NOT_SHOWN = frozenset({"id", "@unknown"})
_OWN_WORDS = {PARENT: "Part of", TYPE: "Type", DELETED: "Deleted"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A property with its value. words: its name for people."""

    name: str
    words: str
    value: Any


@dataclass(frozen=True, slots=True)
class Chapter:
    """One version in an object's story. what: in words; attributes: what differs from before.

    told: what the tenant's audit log says happened to it in between, the latest first.
    """

    version: ObjectVersion
    what: str
    attributes: tuple[str, ...] = ()
    told: tuple[CopiedAuditEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind and how many of it a snapshot has; collection None where it was never read."""

    kind: Kind
    collection: SnapshotCollection | None

    @property
    def count(self) -> int:
        return self.collection.count if self.collection else 0


def kind_counts(snapshot: Snapshot) -> list[KindCount]:
    """Every kind, in the catalogue's order. One query."""
    rows = {row.collection: row for row in snapshot.collections.all()}
    return [KindCount(entry, rows.get(entry.name)) for entry in KINDS]


def expected(counts: Sequence[KindCount], kinds: Collection[str] | None) -> int:
    """How many objects a snapshot has of these kinds; of all with None."""
    return sum(one.count for one in counts if kinds is None or one.kind.name in kinds)


def properties(
    version: ObjectVersion, leaving_out: Collection[str] = ()
) -> tuple[list[Shown], list[str]]:
    """What the object has, in the catalogue's order, and the names of what it has not.

    leaving_out: what the page tells in words of its own.

    What an imported body does not know is neither; unknown_properties() names it.
    """
    known = kind_named(version.kind).by_name
    order = {name: place for place, name in enumerate(known)}
    names = sorted(
        (name for name in version.body if name not in _NOT_SHOWN and name not in leaving_out),
        key=lambda name: (order.get(name, len(order)), name),
    )
    shown = [Shown(name, property_words(name), readable(version.body[name])) for name in names]
    told = {*names, *leaving_out, *unknown(version.body)}
    return shown, [name for name, item in known.items() if item.captured and name not in told]


def unknown_properties(version: ObjectVersion) -> list[str]:
    """What the files that the object was imported from say nothing about; empty for all others."""
    return sorted(unknown(version.body))


def property_words(name: str) -> str:
    """A property's name as people say it: "user principal name"."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.removeprefix("@"))
    return _OWN_WORDS.get(name, apart if apart.isupper() else apart[:1].upper() + apart[1:].lower())


def readable(value: Any) -> Any:
    """A value for people: times in the reader's zone, everything else as it is."""
    if isinstance(value, str) and _TIME.fullmatch(value):
        at = datetime.fromisoformat(value)
        return date_format(timezone.localtime(at), "j M Y H:i:s e")
    if isinstance(value, Mapping):
        return {name: readable(part) for name, part in value.items()}
    return list(map(readable, value)) if isinstance(value, list) else value


def story(tenant: Tenant, page: VersionPage) -> list[Chapter]:
    """A page of versions, newest first, each told against the one before it. One query."""
    below = [*page.versions[1:], page.earlier]
    chapters = [
        _chapter(version, before) for version, before in zip(page.versions, below, strict=True)
    ]
    return _with_who(tenant, chapters, page.earlier)


def _with_who(
    tenant: Tenant, chapters: list[Chapter], earlier: ObjectVersion | None
) -> list[Chapter]:
    """The chapters with the audit log's entries that fall between one and the one before."""
    times = [_taken(chapter.version) for chapter in chapters]
    ends = [*times[1:], _taken(earlier)]
    known = [at for at in (*times, *ends) if at is not None]
    if len(known) < 2:
        return chapters
    target = chapters[0].version.object_id
    events = list(history.audit_events(tenant, [target], min(known), max(known)))[-MOST_EVENTS:]
    return [
        replace(chapter, told=tuple(_between(events, start, end)))
        for chapter, end, start in zip(chapters, times, ends, strict=True)
    ]


def _taken(version: ObjectVersion | None) -> datetime | None:
    return version.snapshot.taken_at if version and version.snapshot else None


def _between(
    events: Sequence[CopiedAuditEvent], start: datetime | None, end: datetime | None
) -> Iterator[CopiedAuditEvent]:
    if start is not None and end is not None:
        yield from (event for event in reversed(events) if start < event.at <= end)


def _chapter(version: ObjectVersion, before: ObjectVersion | None) -> Chapter:
    if before is None:
        return Chapter(version, shown(_FIRST[version.state]))
    changed = compare_bodies(kind_named(version.kind), before.body, version.body)
    names = tuple(change.name for change in changed)
    if version.state != before.state:
        came_back = before.state == State.HARD_DELETED
        said = shown(_MOVED[version.state]) if not came_back else _("Made again")
        return Chapter(version, said, names)
    said = _("Changed") if names else _("Read again, nothing to tell apart")
    return Chapter(version, said, names)


_FIRST: Mapping[State, str] = {
    State.PRESENT: "First seen",
    State.SOFT_DELETED: "First seen, in the recycle bin",
    State.HARD_DELETED: "Deleted for good",
}
_MOVED: Mapping[State, str] = {
    State.PRESENT: "Restored from the recycle bin",
    State.SOFT_DELETED: "Went into the recycle bin",
    State.HARD_DELETED: "Deleted for good",
}
