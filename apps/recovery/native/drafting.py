"""The drafts of one object's change where Microsoft's engine will carry them out."""

from __future__ import annotations

from collections.abc import Iterator

from apps.diffs.choices import ChangeType, Recoverable
from apps.entra import writing
from apps.recovery import reasons, states
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, Key, not_recoverable, undelete_key
from apps.recovery.planning.objects import ObjectChange, object_drafts, stages, undelete_draft
from apps.recovery.scoping import Scoped

# After whatever requests of ours there are for the same object.
_LAST_PART = 1000


def native_drafts(change: ObjectChange, scoped: Scoped) -> Iterator[Draft]:
    """As object_drafts(), with what Microsoft's engine writes and we do not, and without what it
    does not bring back."""
    row = change.row
    if row.change == ChangeType.HARD_DELETED and not row.returns_with:
        yield not_recoverable(change.blank(), reasons.NATIVE_GONE)
    elif row.change == ChangeType.UPDATED and not row.returns_with:
        yield from _updates(change, scoped, set())
    elif _is_undeleted(change):
        yield undelete_draft(change.blank(reasons.DELETED_SINCE), change.kind)
        yield from _updates(change, scoped, {undelete_key(row.kind, row.object_id)})
    else:
        yield from object_drafts(change, scoped)


def _is_undeleted(change: ObjectChange) -> bool:
    row = change.row
    can = row.recoverable in {Recoverable.YES, Recoverable.PARTLY}
    return row.change == ChangeType.SOFT_DELETED and can and not row.returns_with


def _updates(change: ObjectChange, scoped: Scoped, ground: set[Key]) -> Iterator[Draft]:
    of = change.kind
    names = scoped.attributes_of(change.row, change.row.attributes)
    if locked := writing.locked(of, change.after):
        yield from (_lost(change, name, locked) for name in names)
        return
    covered = [name for name in names if name in of.by_name and of.by_name[name].native]
    refused = writing.refusals(of, change.after, change.before)
    ours = tuple(name for name in covered if name not in refused)
    yield from (one for one in stages(change, ours, ground) if one.action == Action.UPDATE)
    gained = tuple(name for name in covered if name in refused)
    if gained:
        yield _gained(change, gained, ground)
    for name in names:
        if name not in covered:
            yield _lost(change, name, reasons.NATIVE_NOT_COVERED)


def _gained(change: ObjectChange, names: tuple[str, ...], ground: set[Key]) -> Draft:
    """What only Microsoft's engine writes: there is no request of ours to show for it."""
    draft = change.blank(reasons.NATIVE_ONLY)
    draft.action = Action.UPDATE
    draft.part = _LAST_PART
    draft.lane = change.kind.lane
    draft.attributes = names
    draft.needs = set(ground)
    draft.reversible = False
    draft.assumes = states.of_attributes(change.kind, change.after, names)
    draft.wants = states.of_attributes(change.kind, change.before, names)
    return draft


def _lost(change: ObjectChange, name: str, reason: str) -> Draft:
    draft = change.blank()
    draft.attributes = (name,)
    return not_recoverable(draft, reason)
