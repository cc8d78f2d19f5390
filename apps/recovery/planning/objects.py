"""The steps that bring one object's change back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.diffs import recoverability
from apps.diffs.attributes import compare_bodies
from apps.diffs.choices import ChangeType, Recoverable
from apps.diffs.models import ReportChange
from apps.entra import writing
from apps.entra.catalogue import Kind, Lane, SoftDelete, kind
from apps.recovery import reasons, states
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, not_recoverable, nothing, undelete_key
from apps.recovery.requests import content_of
from apps.recovery.selection import Selection

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """A selected change with the object's body at the snapshot and as it is now."""

    row: ReportChange
    before: Body
    after: Body

    @property
    def kind(self) -> Kind:
        return kind(self.row.kind)


def object_drafts(change: ObjectChange, selection: Selection) -> Iterator[Draft]:
    """Every selected change gives at least one draft, if only to say that nothing is done."""
    row = change.row
    if row.change == ChangeType.UPDATED:
        yield from update_drafts(change, selection.attributes_of(row))
    elif row.recoverable in {Recoverable.NO, Recoverable.NOT_YET}:
        yield not_recoverable(blank(change.kind, row.object_id), row.reason)
    elif row.recoverable == Recoverable.NOTHING_TO_DO:
        yield nothing(blank(change.kind, row.object_id), row.reason)
    elif row.change == ChangeType.SOFT_DELETED:
        yield undelete_draft(change.kind, row.object_id, change.after, reasons.DELETED_SINCE)
        yield from update_drafts(change, selection.attributes_of(row), after_undelete=True)
    elif selection.removes(row):
        yield from removal_drafts(change)
    else:
        yield nothing(blank(change.kind, row.object_id), reasons.LEFT_IN_PLACE)


def blank(of: Kind, object_id: str, reason: str = "") -> Draft:
    """A draft that says which object it is about and nothing else yet."""
    return Draft(
        action=Action.NOTHING,
        kind=of.name,
        object_id=object_id,
        reason=reason,
        kind_order=of.order,
        last=comes_last(of),
    )


def comes_last(of: Kind) -> bool:
    """Conditional Access policies refer to everything else and can lock everybody out."""
    return of.lane == Lane.CONDITIONAL_ACCESS and bool(of.references)


def undelete_draft(
    of: Kind, object_id: str, body: Body, reason: str, *, because_of: str = ""
) -> Draft:
    request = writing.undelete(of, object_id, body)
    draft = blank(of, object_id, reason)
    draft.action = Action.UNDELETE
    draft.because_of = because_of
    draft.lane = request.lane
    draft.content = content_of(request)
    draft.assumes = states.of_object(states.SOFT_DELETED)
    draft.wants = states.of_object(states.PRESENT)
    return draft


def update_drafts(
    change: ObjectChange, names: tuple[str, ...], *, after_undelete: bool = False
) -> Iterator[Draft]:
    """One draft per request that the update takes; then what of it cannot be written."""
    of, object_id = change.kind, change.row.object_id
    why = _why_lost(change, names)
    wanted = tuple(name for name in names if name not in why)
    yield from _stages(change, wanted, after_undelete=after_undelete)
    for name, reason in why.items():
        lost = blank(of, object_id)
        lost.attributes = (name,)
        yield not_recoverable(lost, reason)


def _stages(
    change: ObjectChange, names: tuple[str, ...], *, after_undelete: bool
) -> Iterator[Draft]:
    of, object_id = change.kind, change.row.object_id
    if not names:
        return
    live: Body = change.after
    waits_for = {undelete_key(of.name, object_id)} if after_undelete else set()
    for part, request in enumerate(writing.update(of, object_id, live, change.before, names)):
        result = {**live, **(request.leaves or {})}
        draft = blank(of, object_id, request.reason or reasons.CHANGED_SINCE)
        draft.action = Action.PREPARE if request.prepares else Action.UPDATE
        draft.part = part
        draft.attributes = request.properties
        draft.lane = request.lane
        draft.content = content_of(request)
        draft.assumes = states.of_attributes(of, live, request.properties)
        draft.wants = states.of_attributes(of, result, request.properties)
        draft.needs = set(waits_for)
        waits_for = {draft.key}
        live = result
        yield draft


def removal_drafts(change: ObjectChange) -> Iterator[Draft]:
    """Into the recycle bin where the kind has one, for good where it has not."""
    of, row = change.kind, change.row
    created = row.change == ChangeType.CREATED
    has_bin = of.soft_delete != SoftDelete.NONE
    draft = blank(of, row.object_id)
    draft.reason = reasons.CREATED_SINCE if created else reasons.RESTORED_SINCE
    draft.action = Action.SOFT_DELETE if has_bin else Action.REMOVE
    draft.reversible = has_bin
    draft.assumes = states.of_object(states.PRESENT)
    draft.wants = states.of_object(states.SOFT_DELETED if has_bin else states.ABSENT)
    *preparations, deletion = writing.delete(of, row.object_id, change.after)
    for part, request in enumerate(preparations):
        preparation = _preparation(change, request, part)
        draft.needs.add(preparation.key)
        yield preparation
    draft.lane = deletion.lane
    draft.content = content_of(deletion)
    yield draft


def _why_lost(change: ObjectChange, names: tuple[str, ...]) -> dict[str, str]:
    """The attributes that cannot be written back, each with the reason."""
    if recoverability.is_synchronised(change.after):
        return dict.fromkeys(names, recoverability.reasons.ON_PREMISES)
    differing = compare_bodies(change.kind, change.before, change.after)
    reasons_by_name = {
        item.name: recoverability.why_lost(change.kind, item)
        for item in differing
        if item.name in names
    }
    return {name: reason for name, reason in reasons_by_name.items() if reason}
