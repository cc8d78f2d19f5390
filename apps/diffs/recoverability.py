"""Whether a change can be brought back, by Holdfast and by Microsoft's own recovery, and why not.

All of it follows from the catalogue and the object's newest known state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.diffs import reasons
from apps.diffs.changes import Verdict
from apps.diffs.choices import ChangeType, Native, Recoverable
from apps.entra import writing
from apps.entra.catalogue import Kind, Link, Property, SoftDelete

Body = Mapping[str, Any]

_MADE_ANEW = {
    "user": reasons.MADE_ANEW_AS_ACCOUNT,
    "application": reasons.MADE_ANEW_AS_APPLICATION,
}


def judge_object(
    kind: Kind,
    change: ChangeType,
    *,
    before: Body,
    after: Body,
    attributes: tuple[str, ...] = (),
    in_bin: bool = False,
    in_bin_before: bool = False,
    set_aside: bool = False,
) -> Verdict:
    """The verdict on an object's change. `after` is its newest known state, in the bin or live.

    attributes: those that differ (`apps.diffs.attributes`).

    in_bin: an object which counts as created is in the recycle bin by now. in_bin_before: it was
    in there at the base already. set_aside: it has no bin of its own and went into the bin with
    what it hangs on.
    """
    if set_aside:
        made_since = change == ChangeType.CREATED
        reason = reasons.MADE_AND_SET_ASIDE if made_since else reasons.RETURNS_WITH_OWNER
        return Verdict(Recoverable.YES, reason, _of_kind(kind))
    if change == ChangeType.HARD_DELETED and in_bin_before:
        return Verdict(Recoverable.NOTHING_TO_DO, reasons.IN_BIN_BEFORE)
    if change == ChangeType.HARD_DELETED:
        return _judge_creation(kind, before)
    if in_bin:
        return Verdict(Recoverable.NOTHING_TO_DO, reasons.ALREADY_GONE)
    if change == ChangeType.UPDATED:
        return _judge_attributes(kind, before, after, attributes)
    if change == ChangeType.SOFT_DELETED:
        return _judge_undelete(kind, before, after)
    return _judge_removal(kind, after)


def judge_link(
    link: Link,
    change: ChangeType,
    *,
    source: Body,
    gone: bool,
    returns: bool,
    remade: bool = False,
    stays: bool = False,
) -> Verdict:
    """The verdict on a link's change. `source` is the newest known state of its source.

    gone: one of its ends was deleted for good; remade: it is of a kind that can be made anew.
    returns: one of its ends is in the recycle bin, and brings the link back with it. stays: it
    would be the last one to go, and may not.
    """
    native = Native.YES if link.native else Native.NO
    if change == ChangeType.LINK_REMOVED and gone:
        if locked := writing.link_locked(link, source):
            return Verdict(Recoverable.NO, locked)
        if remade and link.write_path:
            return Verdict(Recoverable.YES, reasons.WITH_OTHER_END)
        return Verdict(Recoverable.NO, reasons.OTHER_END_GONE)
    if change == ChangeType.LINK_ADDED and gone:
        return Verdict(Recoverable.NOTHING_TO_DO, reasons.GONE_WITH_OBJECT)
    if locked := writing.link_locked(link, source):
        return Verdict(Recoverable.NO, locked)
    if stays:
        return Verdict(Recoverable.NO, link.caveat)
    path = link.write_path if change == ChangeType.LINK_REMOVED else link.remove_path
    if not path:
        return Verdict(Recoverable.NO, reasons.NO_LINK_WRITES)
    if not returns:
        return Verdict(Recoverable.YES, native=native)
    removed = change == ChangeType.LINK_REMOVED
    reason = reasons.RETURNS_WITH_OBJECT if removed else reasons.SET_ASIDE
    return Verdict(Recoverable.YES, reason, native)


def _judge_attributes(kind: Kind, before: Body, after: Body, names: tuple[str, ...]) -> Verdict:
    refused = writing.refusals(kind, after, before, names)
    native = _native(kind.by_name.get(name) for name in names)
    lost = tuple(name for name in names if name in refused)
    if not lost:
        return Verdict(Recoverable.YES, _caveat(kind, names), native)
    amount = Recoverable.NO if lost == names else Recoverable.PARTLY
    return Verdict(amount, refused[lost[0]], native, lost)


def _native(properties: Iterable[Property | None]) -> Native:
    covered = [bool(known and known.native) for known in properties]
    if covered and all(covered):
        return Native.YES
    return Native.PARTLY if any(covered) else Native.NO


def _judge_creation(kind: Kind, before: Body) -> Verdict:
    """What was deleted for good. Microsoft's own recovery brings nothing of that back."""
    if refused := writing.not_creatable(kind, before):
        return Verdict(Recoverable.NO, refused)
    lost = tuple(writing.creation_of(kind, before).lost)
    amount = Recoverable.PARTLY if lost else Recoverable.YES
    return Verdict(amount, _MADE_ANEW.get(kind.name, reasons.MADE_ANEW), Native.NO, lost)


def _judge_undelete(kind: Kind, before: Body, after: Body) -> Verdict:
    if kind.soft_delete == SoftDelete.NONE or not kind.undelete_path:
        return Verdict(Recoverable.NO, reasons.NO_BIN)
    if locked := writing.locked(kind, after):
        return Verdict(Recoverable.NO, locked)
    refused = writing.refusals(kind, after, before)
    if not refused:
        return Verdict(Recoverable.YES, _caveat(kind, kind.by_name), _of_kind(kind))
    reason = next(iter(refused.values()))
    return Verdict(Recoverable.PARTLY, reason, _of_kind(kind), tuple(refused))


def _judge_removal(kind: Kind, after: Body) -> Verdict:
    if kind.lives_with and not kind.deletable:
        return Verdict(Recoverable.NOTHING_TO_DO, reasons.PART_OF_OWNER)
    if refused := writing.not_deletable(kind, after):
        return Verdict(Recoverable.NO, refused)
    if kind.soft_delete == SoftDelete.NONE:
        return Verdict(Recoverable.YES, reasons.PERMANENT_REMOVAL, _of_kind(kind))
    return Verdict(Recoverable.YES, _caveat(kind, kind.by_name), _of_kind(kind))


def _caveat(kind: Kind, names: Iterable[str]) -> str:
    """What may still stand in the way of the attributes, or of undeleting and deleting the kind.

    https://learn.microsoft.com/graph/api/resources/users#who-can-perform-sensitive-actions
    """
    known = (kind.by_name.get(name) for name in names)
    return reasons.MAY_NEED_ROLE if any(one and one.guarded for one in known) else ""


def _of_kind(kind: Kind) -> Native:
    return Native.NO if kind.native == "none" else Native.YES
