"""The source's snapshot as the target's state would be, object by object and link by link."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from apps.diffs.batches import batched
from apps.diffs.dependents import owner_ids
from apps.entra import writing
from apps.entra.catalogue import KINDS, LINKS, Kind, kind, name_of
from apps.entra.catalogue.across import why_it_stays
from apps.entra.catalogue.users import USER
from apps.history.choices import ObjectState
from apps.history.foreign.records import ForeignLink, ForeignObject
from apps.recovery.planning.references import references_in
from apps.recovery.transfer.choices import Fate
from apps.recovery.transfer.pairing import Learned, Pairing
from apps.recovery.transfer.reading import BATCH, Bodies, Side
from apps.recovery.transfer.surveying import Findings
from apps.recovery.transfer.translating import Translator

_NAMES = frozenset(one.name for one in KINDS)
_SKU = kind("subscribedSku")
# Others name these by more than their id, and nobody's person is in them: they come whole.
_WHOLE = ("application", "servicePrincipal")
# What no snapshot knows may have been anything; it is missing all the same.
_ANYBODY = {"directoryObject": "user"}
_WITHOUT_OWNER = "What it belongs to cannot go across."
_NEVER = "It is a partner of the source, and would be one of itself here."


class Translated:
    """What is laid over the target. kinds: those that go across. Goes through everything once, in
    the order objects() then links(); `findings` is complete after that."""

    def __init__(
        self,
        *,
        theirs: Side,
        ours: Side,
        pairing: Pairing,
        translator: Translator,
        learned: Learned,
        kinds: Collection[str],
    ) -> None:
        self._theirs, self._ours = theirs, ours
        self._pairing, self._translator = pairing, translator
        self._made = learned.made
        self._kinds = [one for one in KINDS if one.name in kinds]
        self._brought: set[str] = set()
        self._stayed: set[str] = set()
        self._named: set[tuple[str, str]] = set()
        self._sources: dict[str, list[str]] = {}
        self._products: set[str] = set()
        self.findings = Findings()

    def objects(self) -> Iterator[Sequence[ForeignObject]]:
        """Everything of the kinds, then what they name of others, then what is gone there."""
        for of in self._kinds:
            for bodies in self._theirs.objects(of):
                yield list(self._of_kind(of, bodies))
        self._note_ends()
        yield from self._only_named()
        yield from self._gone()
        self.findings.renamed = dict(self._translator.renamed)
        self.findings.licences = self._licences()

    def links(self) -> Iterator[Sequence[ForeignLink]]:
        """The links of what objects() named as being here or coming here."""
        for of in self._kinds:
            for link in of.links:
                for batch in batched(self._sources.get(link.name, ()), BATCH):
                    yield list(self._links_of(link.name, batch))

    def _of_kind(self, of: Kind, bodies: Bodies) -> Iterator[ForeignObject]:
        here = self._here(of, bodies)
        for object_id, body in bodies.items():
            known = self._pairing.known.get((of.name, object_id))
            wanted = self._translator.body(of, body, here.get(known) if known else None)
            reason = self._stays(of, wanted, known)
            alone = "" if known else self._left_alone(of, body)
            self.findings.note(of.name, _fate(known, alone or reason), alone or reason)
            if reason:
                self._stayed.add(object_id)
            if alone or (known is None and why_it_stays(of)):
                continue
            self._brought.add(object_id)
            self._note_named(of, body, wanted)
            self._note_sources(of, object_id, wanted)
            yield ForeignObject(of.name, known or object_id, wanted)

    def _here(self, of: Kind, bodies: Bodies) -> Bodies:
        known = (self._pairing.known.get((of.name, one)) for one in bodies)
        return self._ours.bodies(of, [one for one in known if one])

    def _stays(self, of: Kind, wanted: Mapping[str, Any], known: str | None) -> str:
        """Why an object cannot be made here; empty where it is here, or can be."""
        if known is not None:
            return ""
        if of.key != "id" and wanted.get(of.key) == str(self._ours.tenant.entra_id):
            return _NEVER
        return why_it_stays(of) or writing.not_creatable(of, wanted) or ""

    def _left_alone(self, of: Kind, body: Mapping[str, Any]) -> str:
        """Why nothing becomes of what is only part of something that cannot go across."""
        return "" if self._stayed.isdisjoint(owner_ids(of, body)) else _WITHOUT_OWNER

    def _note_named(self, of: Kind, body: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        for found in references_in(of, body, body):
            if found.by == "id":
                self._named.add((_ANYBODY.get(found.kind, found.kind), found.value))
            elif found.by == "appId":
                for name in _WHOLE:
                    if theirs := self._pairing.app_ids.get((name, found.value.lower())):
                        self._named.add((name, theirs))
        if of.name == USER.name:
            licences = wanted.get("assignedLicenses") or ()
            self._products |= {str(one.get("skuId")) for one in licences}

    def _note_sources(self, of: Kind, object_id: str, wanted: Mapping[str, Any]) -> None:
        for link in of.links:
            if writing.link_locked(link, wanted):
                self.findings.following += 1
            else:
                self._sources.setdefault(link.name, []).append(object_id)

    def _note_ends(self) -> None:
        """What the links lead to is named as well."""
        for name, sources in self._sources.items():
            for batch in batched(sources, BATCH):
                found = self._theirs.targets(name, batch).values()
                ends = {one for targets in found for one in targets}
                kinds = self._pairing.kinds
                self._named |= {(kinds.get(one, LINKS[name].target_kinds[0]), one) for one in ends}

    def _only_named(self) -> Iterator[Sequence[ForeignObject]]:
        """What is named, and neither here nor brought along: known to be missing, so that whoever
        names it is not written before somebody has said what becomes of that."""
        missing = sorted(
            (self._pairing.kinds.get(object_id, name), object_id)
            for name, object_id in self._named
            if object_id not in self._brought and self._is_missing(name, object_id)
        )
        for batch in batched(missing, BATCH):
            yield [
                one
                for name in sorted({name for name, _ in batch})
                for one in self._named_of(
                    kind(name), [object_id for of, object_id in batch if of == name]
                )
            ]

    def _is_missing(self, name: str, object_id: str) -> bool:
        kept = self._pairing.kinds.get(object_id, name)
        return kept in _NAMES and (kept, object_id) not in self._pairing.known

    def _named_of(self, of: Kind, object_ids: Sequence[str]) -> Iterator[ForeignObject]:
        bodies = self._theirs.bodies(of, object_ids)
        for object_id in object_ids:
            body = bodies.get(object_id, {"id": object_id})
            self.findings.note(of.name, Fate.NAMED)
            if of.name in _WHOLE and object_id in bodies:
                yield ForeignObject(of.name, object_id, self._translator.translated(of, body))
            else:
                yield ForeignObject(of.name, object_id, _label(of, body), ObjectState.HARD_DELETED)

    def _gone(self) -> Iterator[Sequence[ForeignObject]]:
        """What an earlier transfer made here and is no more there: it counts as created since."""
        for of in self._kinds:
            there = set(self._theirs.present(of))
            here = set(self._ours.present(of))
            gone = [
                ours
                for ours, theirs in self._made.items()
                if ours in here and theirs not in there and ours not in self._known_here(of)
            ]
            self.findings.gone += len(gone)
            for batch in batched(gone, BATCH):
                bodies = self._ours.bodies(of, batch)
                yield [
                    ForeignObject(of.name, one, body, ObjectState.HARD_DELETED)
                    for one, body in bodies.items()
                ]

    def _known_here(self, of: Kind) -> set[str]:
        return {ours for (name, _), ours in self._pairing.known.items() if name == of.name}

    def _links_of(self, name: str, sources: Sequence[str]) -> Iterator[ForeignLink]:
        ours = {one: self._pairing.ours(one) for one in sources}
        theirs_by_source = self._theirs.targets(name, sources)
        here = self._ours.targets(name, list(ours.values()))
        for theirs, source in ours.items():
            wanted = {self._pairing.ours(one) for one in theirs_by_source.get(theirs, ())}
            self.findings.links += len(wanted)
            for target in sorted(wanted):
                yield ForeignLink(name, source, target)
            # Whoever was brought here and has left it there; the tenant's own members stay.
            for target in sorted(set(here.get(source, ())) - wanted):
                if target in self._made:
                    yield ForeignLink(name, source, target, present=False)

    def _licences(self) -> list[str]:
        """Names of the products that somebody has there and that are not bought here."""
        bought = {
            str(body.get("skuId"))
            for bodies in self._ours.objects(_SKU)
            for body in bodies.values()
        }
        names = {
            str(body.get("skuId")): str(body.get("skuPartNumber") or body.get("skuId"))
            for bodies in self._theirs.objects(_SKU)
            for body in bodies.values()
        }
        return sorted(names.get(one, one) for one in self._products - bought)


def _fate(known: str | None, reason: str) -> Fate:
    if known is not None:
        return Fate.KNOWN
    return Fate.STAYS if reason else Fate.NEW


def _label(of: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """As much of a body as a person knows it by."""
    names = {path.partition(".")[0] for path in of.label_properties}
    kept = {name: body[name] for name in names if name in body}
    return {"id": body["id"], **kept} if name_of(of, kept) else {"id": body["id"]}
