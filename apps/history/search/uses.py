"""Where an id is used: in the bodies of policies, applications, grants and assignments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.entra.catalogue import KINDS
from apps.entra.catalogue import kind as kind_named
from apps.history.choices import ObjectState as State
from apps.history.database import TenantRef
from apps.history.records import ObjectKey
from apps.history.search.finding import EXISTING, PAGE, SECONDS, FoundObject, seek
from apps.history.search.referring import mentions
from apps.history.search.sought import by_reference
from apps.history.selectors.bodies import bodies_at

# By which properties of their targets the catalogue's references name them: id, appId.
_NAMED_BY: Final = tuple(
    sorted({reference.by for entry in KINDS for reference in entry.references})
)


@dataclass(frozen=True, slots=True)
class Use:
    """An object that refers to an id, and the places in its body, as dotted paths."""

    object: FoundObject
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UsePage:
    """Some uses by kind and id. after: the key to go on after. stopped: time was up; there may be
    more."""

    uses: list[Use]
    after: ObjectKey | None = None
    stopped: bool = False


def ids_of(object_id: str, body: Mapping[str, Any]) -> frozenset[str]:
    """By which ids others refer to an object: its own, and its appId if it has one."""
    named = (body.get(name) for name in _NAMED_BY)
    return frozenset({object_id, *(one for one in named if isinstance(one, str))})


def used_by(
    tenant: TenantRef,
    seq: int,
    ids: Collection[str],
    *,
    states: Collection[State] = EXISTING,
    besides: ObjectKey | None = None,
    after: ObjectKey | None = None,
    limit: int = PAGE,
    seconds: float = SECONDS,
) -> UsePage:
    """The objects at a position in whose bodies one of these ids stands; links are not among them.

    besides: the object whose ids they are, which is left out.
    """
    if not ids:
        return UsePage([])
    kinds = [entry.name for entry in KINDS if entry.references]
    sought = by_reference(frozenset(ids), frozenset(states))
    page = seek(tenant, seq, sought, kinds=kinds, after=after, limit=limit + 1, seconds=seconds)
    found = [one for one in page.objects if (one.kind, one.object_id) != besides]
    end, stopped = page.after, page.stopped
    if len(found) > limit:
        found, stopped = found[:limit], False
        end = (found[-1].kind, found[-1].object_id)
    bodies = bodies_at(tenant, [(one.kind, one.object_id) for one in found], seq)
    uses = [Use(one, _paths(one, bodies.get((one.kind, one.object_id), {}), ids)) for one in found]
    return UsePage(uses, end, stopped)


def _paths(found: FoundObject, body: Mapping[str, Any], ids: Collection[str]) -> tuple[str, ...]:
    places = (one.path for one in mentions(kind_named(found.kind), body) if one.value in ids)
    return tuple(dict.fromkeys(places))
