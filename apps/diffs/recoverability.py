"""Whether a change can be brought back, by Holdfast and by Microsoft's own recovery, and why not.

All of it follows from the catalogue and from two facts about the object: whether it is synchronised
from on-premises, and whether a rule decides its members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from apps.diffs import reasons
from apps.diffs.changes import AttributeChange, Verdict
from apps.diffs.choices import ChangeType, Native, Recoverable
from apps.entra.catalogue import Clearing, Kind, Link, Property, SoftDelete, Writability

Body = Mapping[str, Any]


def judge_object(
    kind: Kind,
    change: ChangeType,
    *,
    body: Body,
    attributes: tuple[AttributeChange, ...] = (),
    in_bin: bool = False,
) -> Verdict:
    """The verdict on an object's change. `body` is its newest known state.

    `in_bin` says that an object which counts as created is in the recycle bin by now.
    """
    if change == ChangeType.HARD_DELETED:
        return Verdict(Recoverable.NOT_YET, reasons.HARD_DELETED)
    if in_bin:
        return Verdict(Recoverable.NOTHING_TO_DO, reasons.ALREADY_GONE)
    if is_synchronised(body):
        return Verdict(Recoverable.NO, reasons.ON_PREMISES, lost=tuple(a.name for a in attributes))
    if change == ChangeType.UPDATED:
        return _judge_update(kind, attributes)
    if change == ChangeType.SOFT_DELETED:
        return _judge_undelete(kind)
    return _judge_removal(kind)


def judge_link(link: Link, change: ChangeType, *, source: Body, other_end_gone: bool) -> Verdict:
    """The verdict on a link's change. `source` is the newest known state of its source."""
    native = Native.YES if link.native else Native.NO
    if is_dynamic(source) and link.property == "members":
        return Verdict(Recoverable.NO, reasons.DYNAMIC_MEMBERSHIP)
    if is_synchronised(source) and link.property in {"members", "manager"}:
        return Verdict(Recoverable.NO, reasons.ON_PREMISES)
    if change == ChangeType.LINK_REMOVED and other_end_gone:
        return Verdict(Recoverable.NOT_YET, reasons.OTHER_END_GONE)
    path = link.write_path if change == ChangeType.LINK_REMOVED else link.remove_path
    if not path:
        return Verdict(Recoverable.NO, reasons.NO_LINK_WRITES)
    return Verdict(Recoverable.YES, native=native)


def is_synchronised(body: Body) -> bool:
    """Whether on-premises Active Directory is the source of authority of the object."""
    return body.get("onPremisesSyncEnabled") is True


def is_dynamic(body: Body) -> bool:
    """Whether a rule decides the members of the group."""
    return "DynamicMembership" in (body.get("groupTypes") or ())


def why_lost(kind: Kind, attribute: AttributeChange) -> str:
    """Why an attribute cannot be written back to its value before; empty when it can."""
    known = kind.by_name.get(attribute.name)
    if known is None or not kind.updatable:
        return reasons.NOT_RESTORABLE
    if not known.recoverable:
        return known.reason or _CODES.get(known.write, reasons.NOT_RESTORABLE)
    if attribute.before is None and known.clear == Clearing.NEVER:
        return known.caveat or reasons.NOT_CLEARABLE
    return ""


_CODES = {
    Writability.READ_ONLY: reasons.READ_ONLY,
    Writability.CREATE_ONLY: reasons.CREATE_ONLY,
}


def _judge_update(kind: Kind, attributes: tuple[AttributeChange, ...]) -> Verdict:
    why = {attribute.name: why_lost(kind, attribute) for attribute in attributes}
    lost = tuple(name for name, reason in why.items() if reason)
    native = _native(kind.by_name.get(attribute.name) for attribute in attributes)
    if not lost:
        return Verdict(Recoverable.YES, native=native)
    amount = Recoverable.NO if len(lost) == len(attributes) else Recoverable.PARTLY
    return Verdict(amount, why[lost[0]], native, lost)


def _native(properties: Iterable[Property | None]) -> Native:
    covered = [bool(known and known.native) for known in properties]
    if covered and all(covered):
        return Native.YES
    return Native.PARTLY if any(covered) else Native.NO


def _judge_undelete(kind: Kind) -> Verdict:
    if kind.soft_delete == SoftDelete.NONE or not kind.undelete_path:
        return Verdict(Recoverable.NO, reasons.NO_BIN)
    return Verdict(Recoverable.YES, native=_of_kind(kind))


def _judge_removal(kind: Kind) -> Verdict:
    if not kind.deletable or kind.singleton:
        return Verdict(Recoverable.NO, reasons.NOT_DELETABLE)
    if kind.soft_delete == SoftDelete.NONE:
        return Verdict(Recoverable.YES, reasons.PERMANENT_REMOVAL, _of_kind(kind))
    return Verdict(Recoverable.YES, native=_of_kind(kind))


def _of_kind(kind: Kind) -> Native:
    return Native.NO if kind.native == "none" else Native.YES
