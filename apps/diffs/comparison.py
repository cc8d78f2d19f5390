"""The one comparison there is: snapshot against snapshot, over the versions in between.

It costs what changed, not what exists: changes are read as a stream, bodies in batches, and nothing
is kept but the batch at hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypedDict

from apps.diffs import attributes, recoverability, risk
from apps.diffs.attribution import Attributor
from apps.diffs.batches import batched
from apps.diffs.changes import EVERYTHING, AttributeChange, Change, Scope
from apps.diffs.choices import ChangeType, Subject
from apps.diffs.dependents import KINDS_WITH_OWNERS, owners_in_bin
from apps.diffs.existence import kinds_of, states_of
from apps.diffs.joined import Joiner, says_something
from apps.diffs.last_links import links_that_stay
from apps.diffs.set_aside import logged_links
from apps.entra.catalogue import LINKS, Link, kind, unknown
from apps.history import selectors as history
from apps.history.choices import ObjectState as State
from apps.history.identities import bodies_then, identities_of
from apps.history.models import Snapshot
from apps.history.records import ChangedLink, ChangedObject, VersionRef
from apps.tenants.models import Tenant

BATCH = 500

PRESENT, SOFT_DELETED, HARD_DELETED = State.PRESENT, State.SOFT_DELETED, State.HARD_DELETED
Key = tuple[str, str]
Body = Mapping[str, Any]
Bodies = dict[Key, dict[str, Any]]


def compare(
    tenant: Tenant, base: Snapshot, target: Snapshot, *, scope: Scope = EVERYTHING
) -> Iterator[Change]:
    """Every change that leads from `base` to `target`: objects first, then links.

    Objects whose versions differ only in volatile attributes do not appear, and neither does what
    an imported snapshot does not know: nothing follows from its not being there. Must run inside
    the tenant's scope. Database cost: one query for the versions in between, then three or four
    per batch of 500.
    """
    attributor = Attributor(tenant, base, target)
    unsure = history.kinds_not_whole(base)
    joiner = Joiner(tenant, base.seq, target.seq, identities_of(tenant))
    comparison = _Comparison(tenant, base.seq, target.seq, attributor, joiner, unsure)
    yield from comparison.objects(scope)
    yield from comparison.links(scope)


class LinkFilters(TypedDict):
    """What narrows a reading of links to a scope; None does not narrow."""

    links: Collection[str] | None
    object_ids: Collection[str] | None


@dataclass(frozen=True)
class _Comparison:
    tenant: Tenant
    low: int
    high: int
    attributor: Attributor
    joiner: Joiner
    # Of an import: the kinds of which it may lack objects. None where the tenant itself was read.
    unsure: frozenset[str] | None = None

    def objects(self, scope: Scope) -> Iterator[Change]:
        changed = history.changed_between(
            self.tenant,
            self.low,
            self.high,
            kinds=scope.kinds or None,
            object_ids=scope.object_ids or None,
        )
        for batch in batched(changed, BATCH):
            yield from self._object_batch(batch)
        if self.unsure is None:
            for batch in batched(self._made_and_gone(scope), BATCH):
                yield from self._aside_batch(batch)

    def _object_batch(self, batch: tuple[ChangedObject, ...]) -> list[Change]:
        joined = self.joiner.objects(batch)
        classified = [(item, classify(_state(item.before), _state(item.after))) for item in joined]
        kept = [(item, change) for item, change in classified if change and self._is_known(item)]
        before, after = self._bodies([item for item, _ in kept])
        owners = owners_in_bin(self.tenant, [item for item, _ in kept], before)
        changes = (
            _set_aside_change(item, ChangeType.SOFT_DELETED, before[_key(item)], owner)
            if (owner := owners.get(_key(item)))
            else _object_change(
                item,
                change,
                before.get(_key(item)),
                after.get(_key(item)),
                is_another=self.joiner.is_another(item),
            )
            for item, change in kept
        )
        found = [change for change in changes if change]
        return self.attributor.attributed(found, before | after)

    def _bodies(self, items: Sequence[ChangedObject]) -> tuple[Bodies, Bodies]:
        """Before and after, of those that were there."""
        if self.joiner.identities:
            known = [_key(item) for item in items if item.before]
            before = bodies_then(self.tenant, known, self.low, self.joiner.identities)
            return before, history.bodies_at(self.tenant, map(_key, items), self.high)
        places = [
            [
                (item.kind, item.object_id, version.seq)
                for item, version in versions
                if version and version.state != HARD_DELETED
            ]
            for versions in (
                [(item, item.before) for item in items],
                [(item, item.after) for item in items],
            )
        ]
        found = history.bodies_of_versions(self.tenant, chain(*places))
        earlier, later = ({one[:2]: found[one] for one in of if one in found} for of in places)
        return earlier, later

    def _is_known(self, item: ChangedObject) -> bool:
        """Whether it is known that an object which the base does not name was not there."""
        named = item.before is not None and item.before.state != HARD_DELETED
        return named or self.unsure is None or item.kind not in self.unsure

    def _made_and_gone(self, scope: Scope) -> Iterator[ChangedObject]:
        kinds = KINDS_WITH_OWNERS & scope.kinds if scope.kinds else KINDS_WITH_OWNERS
        ids = scope.object_ids or None
        return history.gone_between(self.tenant, self.low, self.high, kinds=kinds, object_ids=ids)

    def _aside_batch(self, batch: tuple[ChangedObject, ...]) -> list[Change]:
        """What came since and was set aside with its owner, if that was there at the base."""
        bodies = history.last_bodies(self.tenant, [_key(item) for item in batch], self.high)
        owners = owners_in_bin(self.tenant, batch, bodies)
        known = {
            item.object_id
            for item in history.state_at(self.tenant, self.low, object_ids=set(owners.values()))
        }
        found = [
            _set_aside_change(item, ChangeType.CREATED, bodies[_key(item)], owners[_key(item)])
            for item in batch
            if owners.get(_key(item)) in known
        ]
        return self.attributor.attributed(found, bodies)

    def links(self, scope: Scope) -> Iterator[Change]:
        """The links that differ, and those that would when what lies in the bin comes back."""
        changed = history.changed_links_between(
            self.tenant, self.low, self.high, **_link_filters(scope)
        )
        joined = self.joiner.links(changed)
        for batch in batched(chain(joined, self._set_aside(scope)), BATCH):
            yield from self.attributor.attributed(self._link_batch(batch))

    def _set_aside(self, scope: Scope) -> Iterator[ChangedLink]:
        """Links that some snapshot knew, then those that only the audit log tells of."""
        told: set[ChangedLink] = set()
        for item in history.links_set_aside(
            self.tenant, self.low, self.high, **_link_filters(scope)
        ):
            told.add(item)
            yield item
        binned = history.binned_between(self.tenant, self.low, self.high)
        gone = (item.object_id for item in binned if _is_now_in_bin(item))
        for batch in batched(gone, BATCH):
            for item in logged_links(
                self.tenant,
                frozenset(batch),
                since=self.attributor.since,
                until=self.attributor.until,
                base_seq=self.low,
            ):
                if item not in told and _is_in(scope, item):
                    told.add(item)
                    yield item

    def _known_links(self, batch: tuple[ChangedLink, ...]) -> tuple[ChangedLink, ...]:
        """Without those that an imported base does not name and may have had all the same."""
        if self.unsure is None:
            return batch
        sources = self._source_bodies(batch, self.low)
        return tuple(
            item
            for item in batch
            if item.before
            or (
                (body := sources.get(item.source_id)) is not None
                and LINKS[item.link].property not in unknown(body)
            )
        )

    def _link_batch(self, batch: tuple[ChangedLink, ...]) -> list[Change]:
        batch = self._known_links(batch)
        ends = {item.target_id for item in batch} | {item.source_id for item in batch}
        states = states_of(self.tenant, ends)
        gone = {one for one in ends if states.get(one) == HARD_DELETED}
        lost = [item for item in batch if item.source_id in gone]
        sources = self._source_bodies(lost, self.low) | self._source_bodies(batch, self.high)
        lasting = _not_remade(self.tenant, gone)
        staying = links_that_stay(self.tenant, batch, self.low)
        return [
            _link_change(
                item,
                LINKS[item.link],
                source=sources.get(item.source_id, {}),
                ends={states.get(item.source_id), states.get(item.target_id)},
                remade=lasting.isdisjoint((item.source_id, item.target_id)),
                stays=item in staying,
            )
            for item in batch
        ]

    def _source_bodies(self, batch: Iterable[ChangedLink], seq: int) -> dict[str, Body]:
        keys = {(LINKS[item.link].source_kind, item.source_id) for item in batch}
        bodies = history.bodies_at(self.tenant, keys, seq)
        return {object_id: body for (_, object_id), body in bodies.items()}


_CLASSES: Mapping[tuple[str, str], ChangeType] = {
    ("", PRESENT): ChangeType.CREATED,
    ("", SOFT_DELETED): ChangeType.CREATED,
    (PRESENT, PRESENT): ChangeType.UPDATED,
    (PRESENT, SOFT_DELETED): ChangeType.SOFT_DELETED,
    (PRESENT, HARD_DELETED): ChangeType.HARD_DELETED,
    (SOFT_DELETED, PRESENT): ChangeType.RESTORED,
    (SOFT_DELETED, HARD_DELETED): ChangeType.HARD_DELETED,
    (HARD_DELETED, PRESENT): ChangeType.CREATED,
    (HARD_DELETED, SOFT_DELETED): ChangeType.CREATED,
}


def classify(before: str, after: str) -> ChangeType | None:
    """What happened between two states of an object ("": not known); None for nothing to tell."""
    return _CLASSES.get((before, after))


def _object_change(
    item: ChangedObject,
    change: ChangeType,
    before: Body | None,
    after: Body | None,
    *,
    is_another: bool = False,
) -> Change | None:
    catalogued = kind(item.kind)
    differing: tuple[AttributeChange, ...] = ()
    if change in {ChangeType.UPDATED, ChangeType.SOFT_DELETED}:
        differing = attributes.compare_bodies(catalogued, before or {}, after or before or {})
    if is_another:
        differing = tuple(one for one in differing if says_something(catalogued, one))
    if change == ChangeType.UPDATED and not differing:
        return None
    names = tuple(attribute.name for attribute in differing)
    verdict = recoverability.judge_object(
        catalogued,
        change,
        before=before or {},
        after=after or before or {},
        attributes=names,
        in_bin=change == ChangeType.CREATED and _state(item.after) == SOFT_DELETED,
        in_bin_before=_state(item.before) == SOFT_DELETED,
    )
    return Change(
        subject=Subject.OBJECT,
        change=change,
        kind=item.kind,
        object_id=item.object_id,
        attributes=names,
        verdict=verdict,
        risk=risk.of_object(catalogued, change, names),
    )


def _set_aside_change(item: ChangedObject, change: ChangeType, body: Body, owner: str) -> Change:
    """The change of something that went into the bin with its owner."""
    catalogued = kind(item.kind)
    return Change(
        subject=Subject.OBJECT,
        change=change,
        kind=item.kind,
        object_id=item.object_id,
        returns_with=owner,
        verdict=recoverability.judge_object(
            catalogued, change, before=body, after=body, set_aside=True
        ),
        risk=risk.of_object(catalogued, change),
    )


def _link_change(
    item: ChangedLink,
    link: Link,
    *,
    source: Body,
    ends: set[str | None],
    remade: bool,
    stays: bool,
) -> Change:
    change = ChangeType.LINK_ADDED if item.after else ChangeType.LINK_REMOVED
    return Change(
        subject=Subject.LINK,
        change=change,
        kind=link.source_kind,
        object_id=item.source_id,
        link=item.link,
        target_id=item.target_id,
        verdict=recoverability.judge_link(
            link,
            change,
            source=source,
            gone=HARD_DELETED in ends,
            returns=SOFT_DELETED in ends,
            remade=remade,
            stays=stays,
        ),
        risk=risk.of_link(link),
    )


def _not_remade(tenant: Tenant, gone: Collection[str]) -> set[str]:
    """Those of the objects deleted for good whose kind Graph has no way to make anew."""
    kinds = kinds_of(tenant, gone) if gone else {}
    return {one for one, name in kinds.items() if not kind(name).create_path}


def _link_filters(scope: Scope) -> LinkFilters:
    of_kinds = [name for name, link in LINKS.items() if link.source_kind in scope.kinds]
    return {"links": of_kinds if scope.kinds else None, "object_ids": scope.object_ids or None}


def _is_in(scope: Scope, item: ChangedLink) -> bool:
    by_kind = not scope.kinds or LINKS[item.link].source_kind in scope.kinds
    ends = {item.source_id, item.target_id}
    return by_kind and (not scope.object_ids or not scope.object_ids.isdisjoint(ends))


def _is_now_in_bin(item: ChangedObject) -> bool:
    return classify(_state(item.before), _state(item.after)) == ChangeType.SOFT_DELETED


def _key(item: ChangedObject) -> Key:
    return (item.kind, item.object_id)


def _state(version: VersionRef | None) -> str:
    return version.state if version else ""
