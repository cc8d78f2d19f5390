"""What a person decided about references to things that are gone for good.

Another object is written in the place of one (`mapped`), or nothing is (`left_out`). It holds
everywhere in the plan: in every attribute that is written, and at the ends of links.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.core.errors import Invalid
from apps.diffs.dependents import owner_ids
from apps.diffs.existence import kinds_of
from apps.entra.catalogue import Kind, Reference
from apps.history.identities import Identities
from apps.recovery.planning.references import Directory, Found, Target, references_in
from apps.recovery.selection import Selection

Body = Mapping[str, Any]
_DROPPED: Final = object()


@dataclass(frozen=True, slots=True)
class Settled:
    """A body as it is to be written, and what was left out of it: attribute and id, in pairs."""

    body: Body
    left_out: tuple[tuple[str, str], ...] = ()
    changed: frozenset[str] = frozenset()


class Settlement:
    """The choices of one selection."""

    def __init__(self, selection: Selection) -> None:
        self.mapped = selection.mapped
        self.left_out = selection.left_out
        self._table = Identities()
        for known, instead in sorted(selection.mapped.items()):
            self._table.now[known] = instead

    def __bool__(self) -> bool:
        return bool(self.mapped or self.left_out)

    def __contains__(self, value: object) -> bool:
        return value in self.mapped or value in self.left_out

    def settled(self, of: Kind, body: Body) -> Settled:
        """A body of the snapshot with everything decided in it."""
        if not self or not body:
            return Settled(body)
        left = tuple((_top(one), one.value) for one in self._left_out_of(of, body))
        written = self._table.as_now(body)
        for reference in of.references:
            if not reference.pattern and _top(reference) in {name for name, _ in left}:
                written = _without(written, _parts(reference), self.left_out)
        changed = frozenset(name for name in body if written.get(name) != body[name])
        return Settled(written, tuple(dict.fromkeys(left)), changed)

    def gone_owner(self, of: Kind, body: Body) -> str:
        """What an object with this body hangs on and was left out; empty for most."""
        if not self.left_out:
            return ""
        return next((one for one in owner_ids(of, body) if one in self.left_out), "")

    def _left_out_of(self, of: Kind, body: Body) -> Iterator[Found]:
        if self.left_out:
            for found in references_in(of, body, body):
                if found.value in self.left_out:
                    yield found


def require_known(selection: Selection, directory: Directory) -> None:
    """Raise Invalid unless whatever takes the place of something is there, and of its kind."""
    before = kinds_of(directory.tenant, set(selection.mapped)) if selection.mapped else {}
    for known, instead in sorted(selection.mapped.items()):
        found = _object_named(instead, directory)
        if found is None:
            raise Invalid(
                f"{instead} was to take the place of {known}, and is not in the newest snapshot.",
                code="replacement-unknown",
                todo="Choose an object that is there.",
            )
        if before.get(known, found.kind) != found.kind:
            raise Invalid(
                f"{instead} is a {found.kind} and cannot take the place of {known}, which was a "
                f"{before[known]}.",
                code="replacement-of-another-kind",
                todo="Choose an object of the same kind.",
            )


def _object_named(value: str, directory: Directory) -> Target | None:
    """By its id; an application or service principal by its appId as well."""
    by_app_id = (Found("", kind, "appId", value) for kind in ("servicePrincipal", "application"))
    return directory.by_id(value) or next(filter(None, map(directory.find, by_app_id)), None)


def _top(one: Found | Reference) -> str:
    return one.path.split(".", 1)[0].removesuffix("[]")


def _parts(reference: Reference) -> list[str]:
    return reference.path.replace("[]", ".[]").split(".")


def _without(value: Any, parts: list[str], gone: frozenset[str], *, item: bool = False) -> Any:
    """The value without what names something gone: an entry of a list goes as a whole, and so does
    what is nothing but a reference ({"id": ...})."""
    if not parts:
        # Some stand behind a prefix ("/administrativeUnits/...").
        is_gone = isinstance(value, str) and not gone.isdisjoint((value, value.rpartition("/")[2]))
        return _DROPPED if is_gone else value
    if parts[0] == "[]":
        if not isinstance(value, list):
            return value
        kept = (_without(one, parts[1:], gone, item=True) for one in value)
        return [one for one in kept if one is not _DROPPED]
    if not isinstance(value, Mapping) or parts[0] not in value:
        return value
    held = _without(value[parts[0]], parts[1:], gone)
    if held is not _DROPPED:
        return {**value, parts[0]: held}
    only_names = item or parts == ["id"]
    return _DROPPED if only_names else {**value, parts[0]: None}
