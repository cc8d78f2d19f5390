"""Which object of the target is the same thing as one of the source.

In this order: what an earlier transfer between the two found or made; what has the same id in every
tenant; what is told by the properties that the catalogue names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.entra.catalogue import KINDS, Kind
from apps.entra.catalogue.across import across, same_by
from apps.entra.catalogue.normalising import PARENT
from apps.history.identities import Identities
from apps.recovery.transfer.domains import DomainMap
from apps.recovery.transfer.reading import Side

Body = Mapping[str, Any]
Sameness = tuple[str, ...]
_APP_ID = "appId"
_APPLICATION = "application"


@dataclass(frozen=True)
class Learned:
    """What earlier transfers between the two tenants left. found: the target's ids by the source's.
    made: objects of the target that their runs made, by today's id, with the id at the source."""

    found: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Pairing:
    """Ours for theirs. `table` has those whose ids differ; `known` every object of theirs that is
    here, by kind and id; `fresh` what this pairing found by itself: kind, property, theirs, ours.
    `app_ids`: the source's objects by kind and appId."""

    table: Identities = field(default_factory=Identities)
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    fresh: list[tuple[str, str, str, str]] = field(default_factory=list)
    app_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def ours(self, object_id: str) -> str:
        """The id that an object of the source has here; its own where it is not here."""
        return self.table.current(object_id)


def pair(theirs: Side, ours: Side, domains: DomainMap, learned: Learned) -> Pairing:
    """Go through every object of the source once, in the order in which things build on others."""
    return _Matching(theirs, ours, domains, learned).all()


class _Matching:
    def __init__(self, theirs: Side, ours: Side, domains: DomainMap, learned: Learned) -> None:
        self._theirs, self._ours, self._domains, self._learned = theirs, ours, domains, learned
        self._earlier = theirs.identities()
        self._found = Pairing()
        self._taken: set[tuple[str, str]] = set()
        self._note("organization", "id", str(theirs.tenant.entra_id), str(ours.tenant.entra_id))

    def all(self) -> Pairing:
        for of in KINDS:
            self._kind(of)
        return self._found

    def _kind(self, of: Kind) -> None:
        here = self._ours.ids(of)
        by_sameness: dict[Sameness, str] | None = None
        for bodies in self._theirs.objects(of):
            for object_id, body in bodies.items():
                self._found.kinds[object_id] = of.name
                if _APP_ID in body:
                    self._found.app_ids[of.name, str(body[_APP_ID]).lower()] = object_id
                known = self._by_id(of, object_id, here)
                if not known and (sameness := self._sameness(of, body)):
                    if by_sameness is None:
                        by_sameness = self._here_by_sameness(of)
                    known = by_sameness.get(sameness, "")
                if known and (of.name, known) not in self._taken:
                    self._take(of, object_id, known, body)

    def _by_id(self, of: Kind, object_id: str, here: Mapping[str, Any]) -> str:
        """What an earlier transfer says, or the same id in every tenant."""
        for one in self._earlier.aliases(object_id):
            if known := self._learned.found.get(one):
                return known
        mapped = self._found.ours(object_id)
        if mapped in here:
            return mapped
        return next(iter(here)) if of.singleton and len(here) == 1 else ""

    def _take(self, of: Kind, object_id: str, known: str, body: Body) -> None:
        self._taken.add((of.name, known))
        self._found.known[of.name, object_id] = known
        self._note(of.name, "id", object_id, known)
        if of.name == _APPLICATION:
            self._note_app_id(of, known, body)

    def _note_app_id(self, of: Kind, known: str, body: Body) -> None:
        """Others name an application by its appId, which follows from who it is."""
        here = self._ours.bodies(of, [known]).get(known, {})
        their = str(body.get(_APP_ID) or "")
        our = str(here.get(_APP_ID) or self._learned.found.get(their, ""))
        if their and our:
            self._note(of.name, _APP_ID, their, our)

    def _note(self, kind: str, name: str, their: str, our: str) -> None:
        if their == our or self._found.table.now.get(their) == our:
            return
        self._found.table.now[their] = our
        if their not in self._learned.found:
            self._found.fresh.append((kind, name, their, our))

    def _sameness(self, of: Kind, body: Body) -> Sameness:
        return sameness_of(of, self._found.table.as_now(_parts(of, body)), self._domains)

    def _here_by_sameness(self, of: Kind) -> dict[Sameness, str]:
        """What two objects have in common tells neither of them."""
        seen: dict[Sameness, str] = {}
        for bodies in self._ours.objects(of):
            for object_id, body in bodies.items():
                sameness = sameness_of(of, _parts(of, body), DomainMap({}))
                if sameness:
                    seen[sameness] = "" if sameness in seen else object_id
        return seen


def sameness_of(of: Kind, parts: Body, domains: DomainMap) -> Sameness:
    """What tells the object from others of its kind, in lower case; empty where nothing does."""
    addresses = across(of).addresses
    names = same_by(of)
    if not names or not any(parts.get(name) for name in names):
        return ()
    values = (
        domains.translated(parts.get(name)) if name in addresses else parts.get(name)
        for name in names
    )
    told = tuple(str(value or "").casefold() for value in values)
    return (str(parts.get(PARENT) or ""), *told) if of.parent else told


def _parts(of: Kind, body: Body) -> dict[str, Any]:
    wanted = (*same_by(of), PARENT)
    return {name: body[name] for name in wanted if name in body}
