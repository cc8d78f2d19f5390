"""Requests that make an object anew that was deleted for good.

It gets another id (an application another appId too): whatever refers to it has to be written
again. What one request can carry it carries; the rest follows as an update of the new object.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.entra.catalogue.build import SET_BY_ENTRA
from apps.entra.catalogue.model import Kind, Property, Writability
from apps.entra.catalogue.normalising import PARENT, TYPE
from apps.entra.writing import requested
from apps.entra.writing.objects import update_requests
from apps.entra.writing.refused import NotWritable, locked, not_writable, value_not_writable
from apps.entra.writing.request import WriteRequest
from apps.entra.writing.values import patch_value, with_type

# Stands in a request for what is made up when it is sent, and for nobody's eyes before.
GENERATED: Final = "{generated}"

_AT_CREATION = {Writability.WRITABLE, Writability.CREATE_ONLY}
_NEVER_TOLD = {Writability.READ_ONLY, Writability.CREATE_ONLY}


@dataclass(frozen=True, slots=True)
class Creation:
    """request: makes the object. rest: what it does not carry and an update can write.

    lost: what had a value and can be written by nobody, with the reason of each.
    """

    request: WriteRequest
    rest: tuple[str, ...]
    lost: Mapping[str, str]


def not_creatable(kind: Kind, body: Mapping[str, Any]) -> str | None:
    """Why an object of this kind with this last body cannot be made anew; None when it can."""
    if kind.singleton:
        return "Every tenant has exactly one, from the start."
    if kind.evidence:
        return kind.evidence
    if not kind.create_path:
        return "Microsoft Graph offers no way to make one."
    if kind.deletable_types and body.get(TYPE) not in kind.deletable_types:
        return "It is built in: every tenant has it."
    if reason := locked(kind, body):
        return reason
    for refusal in kind.not_created:
        if refusal.holds(body):
            return refusal.reason
    return None


def creation_of(kind: Kind, body: Mapping[str, Any], *, later: Collection[str] = ()) -> Creation:
    """How to make an object anew as it was, from its last normalised body.

    later: properties that name what is not there yet, or the object itself, and so cannot go along.
    Raises NotWritable when it cannot be made.
    """
    if reason := not_creatable(kind, body):
        raise NotWritable(reason, safe="Nothing was sent.")
    carried = {
        known.name: patch_value(known, None, at_creation(known, body[known.name]))
        for known in kind.by_name.values()
        if _goes_along(kind, known.name, body, later)
    }
    if kind.held and carried.get(kind.held.property) in kind.held.in_force:
        carried[kind.held.property] = kind.held.value
    if kind.requested:
        carried = requested.creating_body(kind.requested, carried)
    generated = _password(kind)
    other = kind.made_otherwise
    if other is not None and other.id != body.get("id"):
        other = None
    method = other.method if other else kind.create_method
    request = WriteRequest(
        method,
        (other.path if other else kind.create_path)
        .replace("{parent}", str(body.get(PARENT) or body.get("resourceId") or ""))
        .replace("{id}", str(body.get("id"))),
        with_type(kind, carried, body) | generated,
        kind.version,
        kind.lane,
        headers=dict(other.headers if other else kind.headers),
        permission=kind.write_permission,
        repeatable=method != "POST",
        generates=("passwordProfile.password",) if generated else (),
    )
    return Creation(request, _rest(kind, body, request.body or {}), _lost(kind, body))


def completing_requests(
    kind: Kind, object_id: str, body: Mapping[str, Any], creation: Creation
) -> tuple[WriteRequest, ...]:
    """The updates that give the new object what its creation did not carry.

    object_id: as the requests are to name it; the new one is not known before it is there.
    """
    carried = creation.request.body or {}
    held = {
        name: at_creation(kind.by_name[name], value) if name in creation.rest else value
        for name, value in body.items()
        if name not in creation.lost and (name not in creation.rest or name in carried)
    }
    # Elsewhere a body without them says nothing of their values; of a new object's they are known.
    apart = {name: known.at_first for name, known in kind.read_apart.items()}
    held |= {name: value for name, value in apart.items() if name in creation.rest}
    if kind.held and kind.held.property in creation.rest:
        held[kind.held.property] = kind.held.value
    return update_requests(
        kind, object_id, current=held, wanted={**held, **_of(body, creation.rest)}
    )


def at_creation(known: Property, value: Any) -> Any:
    """What of a property's value the creation can carry; the rest follows."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: part
        for name, part in value.items()
        if name not in known.made_later or not _is_said(part)
    }


def _goes_along(kind: Kind, name: str, body: Mapping[str, Any], later: Collection[str]) -> bool:
    known = kind.by_name[name]
    if kind.made_with and name not in kind.made_with:
        return False
    return (
        (known.write in _AT_CREATION or name in {one.property for one in kind.companions})
        and known.captured
        and not known.write_permission
        and name not in later
        and name not in kind.made_without
        and _is_said(body.get(name))
    )


def _rest(kind: Kind, body: Mapping[str, Any], carried: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        known.name
        for known in kind.by_name.values()
        if known.recoverable
        and kind.updatable
        and _is_said(body.get(known.name))
        and (known.name not in carried or _is_cut_short(kind, known, carried, body))
        and not value_not_writable(known, None, body[known.name])
    )


def _is_cut_short(
    kind: Kind, known: Property, carried: Mapping[str, Any], body: Mapping[str, Any]
) -> bool:
    """Whether the creation carries another value than the last one: held back, or in part."""
    value = body[known.name]
    if kind.held is not None and kind.held.property == known.name:
        return bool(carried[known.name] != value)
    return bool(at_creation(known, value) != value)


def _lost(kind: Kind, body: Mapping[str, Any]) -> dict[str, str]:
    """What Entra sets by itself is not worth a word, unless the catalogue has one for it."""
    found = {}
    for known in kind.by_name.values():
        if not known.captured or known.volatile or not _is_said(body.get(known.name)):
            continue
        if known.recoverable:
            reason = value_not_writable(known, None, body[known.name])
        elif known.write in _NEVER_TOLD:
            reason = known.reason if known.write is Writability.READ_ONLY else None
            reason = None if reason == SET_BY_ENTRA else reason
        else:
            reason = not_writable(kind, known.name)
        if reason:
            found[known.name] = reason
    return found


def gets_password(kind: Kind) -> bool:
    """Whether an object of this kind is made with a first password."""
    return any(companion.property == "passwordProfile" for companion in kind.companions)


def _password(kind: Kind) -> dict[str, Any]:
    """https://learn.microsoft.com/graph/api/user-post-users"""
    if not gets_password(kind):
        return {}
    profile = {"forceChangePasswordNextSignIn": True, "password": GENERATED}
    return {"passwordProfile": profile}


def _of(body: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: body[name] for name in names if name in body}


def _is_said(value: Any) -> bool:
    return value is not None and value != [] and value != {}
