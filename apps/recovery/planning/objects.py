"""The steps that bring one object's change back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.diffs.choices import ChangeType, Recoverable
from apps.diffs.models import ReportChange
from apps.entra import writing
from apps.entra.catalogue import Kind, Lane, SoftDelete, kind
from apps.entra.writing import WriteRequest
from apps.recovery import reasons, states
from apps.recovery.choices import Action, AttributeMode, CreatedSince
from apps.recovery.planning.drafts import Draft, Key, not_recoverable, nothing, undelete_key
from apps.recovery.planning.holding import held_back
from apps.recovery.planning.preparing import attributes_of, prepared
from apps.recovery.requests import content_of
from apps.recovery.scoping import Scoped
from apps.recovery.selection import Selection

Body = Mapping[str, Any]
# Values that a person would call none.
EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """A selected change with the object's body at the snapshot and as it is now.

    `before` is as it is to be written: with what was decided about things that are gone for good.
    `settled` names the attributes that this changed, `left_out` attributes and the ids that were
    taken out of them; gone_owner: what the object hangs on, if that was left out. trial: what is
    written so that the object only reports what it would do. `renamed` holds attributes that name
    what is made anew, with other ids in their place: so they differ from what is written.
    """

    row: ReportChange
    before: Body
    after: Body
    settled: frozenset[str] = frozenset()
    left_out: tuple[tuple[str, str], ...] = ()
    gone_owner: str = ""
    trial: Body = field(default_factory=dict)
    renamed: Body = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return kind(self.row.kind)

    def blank(self, reason: str = "") -> Draft:
        return blank(self.kind, self.row.object_id, self.after or self.before, reason)


def object_drafts(change: ObjectChange, scoped: Scoped) -> Iterator[Draft]:
    """Every selected change gives at least one draft, if only to say that nothing is done."""
    row = change.row
    if row.returns_with:
        yield from aside_drafts(change)
    elif row.change == ChangeType.UPDATED:
        names = scoped.attributes_of(row, row.attributes)
        yield from _chosen_updates(change, names, scoped.selection)
    elif row.recoverable == Recoverable.NO:
        yield not_recoverable(change.blank(), row.reason)
    elif row.recoverable == Recoverable.NOTHING_TO_DO:
        yield nothing(change.blank(), row.reason)
    elif row.change == ChangeType.SOFT_DELETED:
        yield undelete_draft(change.blank(reasons.DELETED_SINCE), change.kind)
        # What lies in the bin names what is gone as well, whether it was changed or not.
        told = sorted({*change.settled, *change.renamed})
        names = tuple(dict.fromkeys((*scoped.attributes_of(row, row.attributes), *told)))
        yield from _chosen_updates(change, names, scoped.selection, after_undelete=True)
    else:
        yield from _since_drafts(change, scoped.selection.created_since(row))


def _chosen_updates(
    change: ObjectChange,
    names: tuple[str, ...],
    selection: Selection,
    *,
    after_undelete: bool = False,
) -> Iterator[Draft]:
    """The updates of these attributes in the mode that was chosen for each."""
    kept = tuple(name for name in names if _stays(change, name, selection))
    if kept:
        draft = change.blank()
        draft.attributes = kept
        yield nothing(draft, reasons.HAS_A_VALUE)
    wanted = tuple(name for name in names if name not in kept)
    drafts = list(update_drafts(change, wanted, after_undelete=after_undelete))
    yield from drafts
    if wanted and not drafts and change.settled:
        reason = reasons.STAYS_REPORT_ONLY if change.trial else reasons.AS_CHOSEN
        yield nothing(change.blank(), reason)


def _stays(change: ObjectChange, name: str, selection: Selection) -> bool:
    mode = selection.attribute_mode(change.kind.name, name)
    return mode == AttributeMode.ONLY_IF_EMPTY and change.after.get(name) not in EMPTY


def _since_drafts(change: ObjectChange, answer: CreatedSince) -> Iterator[Draft]:
    """What becomes of an object that was created or restored since."""
    if answer == CreatedSince.REMOVE:
        yield from removal_drafts(change)
    elif answer == CreatedSince.ASK:
        yield nothing(change.blank(), reasons.TO_BE_ANSWERED)
    else:
        yield nothing(change.blank(), reasons.LEFT_IN_PLACE)


def is_made_anew(row: ReportChange) -> bool:
    """Whether it was deleted for good, and can be made anew."""
    can = row.recoverable in {Recoverable.YES, Recoverable.PARTLY}
    return row.change == ChangeType.HARD_DELETED and can


def is_made_aside(row: ReportChange) -> bool:
    """Whether it was made after the snapshot and went into the bin with its owner."""
    return bool(row.returns_with) and row.change == ChangeType.CREATED


def aside_drafts(change: ObjectChange) -> Iterator[Draft]:
    """What comes back with its owner: looked for, or removed again if it was made since.

    `change.after` is its last known body.
    """
    if is_made_aside(change.row):
        for draft in removal_drafts(change):
            draft.reason = reasons.GAINED_ASIDE
            draft.because_of = change.row.returns_with
            yield draft
        return
    of = change.kind
    draft = change.blank(reasons.RETURNS)
    draft.action = Action.RETURN
    draft.lane = of.lane
    draft.because_of = change.row.returns_with
    draft.wants = states.of_object(states.PRESENT)
    wanted = change.before
    # What can be written is written unless it is found to be so: of the bin nobody can tell.
    for request in writing.update_requests(of, change.row.object_id, current={}, wanted=wanted):
        draft.content = content_of(request)
        draft.reason = reasons.RETURNS_AND_IS_SET
        draft.attributes = attributes_of(request)
        draft.wants = states.of_attributes(of, wanted, draft.attributes)
    yield draft


def blank(of: Kind, object_id: str, body: Body, reason: str = "") -> Draft:
    """A draft that says which object it is about and nothing else yet."""
    return Draft(
        action=Action.NOTHING,
        kind=of.name,
        object_id=object_id,
        reason=reason,
        kind_order=of.order,
        last=comes_last(of),
        parent_id=str(body.get("@parent") or ""),
    )


def comes_last(of: Kind) -> bool:
    """Conditional Access policies refer to everything else and can lock everybody out."""
    return of.lane == Lane.CONDITIONAL_ACCESS and bool(of.references)


def undelete_draft(draft: Draft, of: Kind) -> Draft:
    """Turn a blank draft into the undelete of its object."""
    request = writing.undelete_request(of, draft.object_id)
    draft.action = Action.UNDELETE
    draft.lane = request.lane
    draft.content = content_of(request)
    draft.assumes = states.of_object(states.SOFT_DELETED)
    draft.wants = states.of_object(states.PRESENT)
    return draft


def update_drafts(
    change: ObjectChange, names: tuple[str, ...], *, after_undelete: bool = False
) -> Iterator[Draft]:
    """One draft per request that the update takes; then what of it cannot be written."""
    held = {**change.after, **change.renamed}
    differing = writing.changed_properties(change.kind, held, change.before, names)
    refused = writing.refusals(change.kind, held, change.before, differing)
    wanted = tuple(name for name in names if name not in refused)
    ground = {undelete_key(change.kind.name, change.row.object_id)} if after_undelete else set()
    holding = held_back(change, wanted) if after_undelete else None
    if holding:
        yield holding.draft
        yield from stages(holding.change, holding.names, ground | {holding.draft.key})
    else:
        yield from stages(change, wanted, ground)
    for name in names:
        if name in refused:
            lost = change.blank()
            lost.attributes = (name,)
            yield not_recoverable(lost, refused[name])


def stages(change: ObjectChange, names: tuple[str, ...], ground: set[Key]) -> Iterator[Draft]:
    """Requests of one object go one after the other; those that build on others wait for them."""
    of = change.kind
    requests = writing.update_requests(
        of,
        change.row.object_id,
        current={**change.after, **change.renamed},
        wanted=change.before,
        attributes=names,
    )
    back = {name for request in requests for name in attributes_of(request)}
    returning = writing.changed_properties(of, change.before, change.after, back)
    lasting = writing.refusals(of, change.before, change.after, returning)
    open_requests = Counter(name for request in requests for name in request.properties)
    live = dict(change.after)
    # The state of a property between two requests of its own is not known before.
    unknown: set[str] = set()
    before: list[tuple[WriteRequest, Key]] = []
    for part, request in enumerate(requests):
        draft = change.blank(reasons.CHANGED_SINCE)
        draft.part = part
        draft.lane = request.lane
        draft.content = content_of(request)
        draft.attributes = attributes_of(request)
        draft.reversible = lasting.keys().isdisjoint(draft.attributes)
        draft.guarded = any(of.by_name[name].guarded for name in request.properties)
        draft.needs = ground | {key for one, key in before if _builds_on(request, one)}
        open_requests.subtract(request.properties)
        in_between = {name for name in request.properties if open_requests[name]}
        if not unknown.intersection(draft.attributes):
            draft.assumes = states.of_attributes(of, live, draft.attributes)
        if request.properties:
            draft.action = Action.UPDATE
            live |= {name: change.before.get(name) for name in request.properties}
        else:
            draft.action = Action.PREPARE
            draft.reason = reasons.DISABLE_FIRST
            live = prepared(of, live, request)
        if not in_between:
            draft.wants = states.of_attributes(of, live, draft.attributes)
        unknown |= in_between
        before.append((request, draft.key))
        yield draft


def _builds_on(request: WriteRequest, earlier: WriteRequest) -> bool:
    """A refusal of one request is no reason to leave out another that has nothing to do with it."""
    shares = not set(attributes_of(request)).isdisjoint(attributes_of(earlier))
    return shares or request.stage > earlier.stage


def removal_drafts(change: ObjectChange) -> Iterator[Draft]:
    """Into the recycle bin where the kind has one, for good where it has not."""
    of, row = change.kind, change.row
    has_bin = of.soft_delete != SoftDelete.NONE
    created = row.change == ChangeType.CREATED
    draft = change.blank(reasons.CREATED_SINCE if created else reasons.RESTORED_SINCE)
    draft.action = Action.SOFT_DELETE if has_bin else Action.REMOVE
    draft.reversible = has_bin
    draft.assumes = states.of_object(states.PRESENT)
    draft.wants = states.of_object(states.SOFT_DELETED if has_bin else states.ABSENT)
    *before, deletion = writing.delete_requests(of, row.object_id, change.after)
    for part, request in enumerate(before):
        preparation = change.blank(reasons.UNTRUST_FIRST)
        preparation.action = Action.PREPARE
        preparation.part = part
        preparation.for_removal = True
        preparation.lane = request.lane
        preparation.content = content_of(request)
        preparation.attributes = attributes_of(request)
        preparation.assumes = states.of_attributes(of, change.after, preparation.attributes)
        result = prepared(of, change.after, request)
        preparation.wants = states.of_attributes(of, result, preparation.attributes)
        draft.needs.add(preparation.key)
        yield preparation
    draft.lane = deletion.lane
    draft.content = content_of(deletion)
    yield draft
