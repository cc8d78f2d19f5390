"""Requests that change, undelete and delete objects."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from apps.entra.catalogue import comparable, never_asked
from apps.entra.catalogue.model import Kind, Property, SoftDelete, Writability
from apps.entra.catalogue.normalising import PARENT
from apps.entra.writing import own_requests, requested, stepwise
from apps.entra.writing.refused import (
    NotWritable,
    locked,
    not_deletable,
    not_writable,
    value_not_writable,
)
from apps.entra.writing.request import WriteRequest
from apps.entra.writing.values import patch_value, with_type


def changed_properties(
    kind: Kind,
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    among: Collection[str] | None = None,
) -> tuple[str, ...]:
    """The properties that differ between two normalised bodies, in the catalogue's order.

    among: those that are looked at; None for all.
    """
    looked_at = current.keys() | wanted.keys() if among is None else among
    # Nearly all are equal, which is quick to see; what is left out never makes them differ.
    seen = {name for name in looked_at if current.get(name) != wanted.get(name)}
    if not seen:
        return ()
    held, target = (
        comparable(kind, {name: body[name] for name in seen if name in body})
        for body in (current, wanted)
    )
    differ = {name for name in seen if held.get(name) != target.get(name)}
    differ -= never_asked(kind, current, wanted)
    if len(differ) < 2:
        return tuple(name for name in differ if name in kind.by_name)
    return tuple(name for name in kind.by_name if name in differ)


def refusals(
    kind: Kind,
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    changed: Collection[str] | None = None,
) -> dict[str, str]:
    """Of the properties that differ, those that cannot be put back, with the reason of each.

    changed: those that differ, where that is known already.
    """
    whole = locked(kind, current)
    found = {}
    for name in changed_properties(kind, current, wanted) if changed is None else changed:
        if (known := kind.by_name.get(name)) is None:
            continue
        reason = (None if known.despite_locks else whole) or not_writable(kind, name)
        if reason is None:
            reason = value_not_writable(known, current.get(name), wanted.get(name))
        if reason:
            found[name] = reason
    return found


def update_requests(
    kind: Kind,
    object_id: str,
    *,
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
    attributes: Collection[str] | None = None,
) -> tuple[WriteRequest, ...]:
    """The requests that turn `current` into `wanted`, both normalised, in the order to send.

    attributes: only these properties; one that cannot be written raises NotWritable. None: every
    property that differs and can be written (see `refusals` for the others). Nothing to do gives
    an empty tuple.
    """
    changed = changed_properties(kind, current, wanted, attributes)
    refused = refusals(kind, current, wanted, changed)
    if attributes is not None:
        for name in refused:
            raise NotWritable(refused[name], safe="Nothing was sent.")
    chosen = [kind.by_name[name] for name in changed if name not in refused]
    if kind.requested and chosen:
        values = {one.name: patch_value(one, None, wanted.get(one.name)) for one in chosen}
        return (requested.update_request(kind, kind.requested, current or wanted, values),)
    path = path_of(kind, object_id, wanted if PARENT in wanted else current)
    requests = [
        request
        for group in _together(chosen)
        for request in _patches(kind, path, group, current, wanted)
    ]
    own = [known.name for known in chosen if known.write is Writability.OWN_REQUEST]
    if own:
        # Of what was not chosen a request says what there is.
        left = {name: value for name, value in current.items() if name not in {*changed}}
        body = {**current, **wanted, **left}
        for name in own:
            found = own_requests.requests_for(
                kind, name, path, current.get(name), wanted.get(name), body
            )
            requests.extend(found)
    if len(own) > 1:
        requests = _once(requests)
    return tuple(sorted(requests, key=lambda request: request.stage))


def _once(requests: Iterable[WriteRequest]) -> list[WriteRequest]:
    """Requests that do the same for several properties as one that settles them all."""
    found: list[WriteRequest] = []
    for request in requests:
        alike = (at for at, one in enumerate(found) if one.repeatable and _alike(one, request))
        same = next(alike, None)
        if same is None:
            found.append(request)
        else:
            both = dict.fromkeys((*found[same].properties, *request.properties))
            found[same] = replace(request, properties=tuple(both))
    return found


def _alike(one: WriteRequest, other: WriteRequest) -> bool:
    return replace(one, properties=()) == replace(other, properties=())


def undelete_request(kind: Kind, object_id: str) -> WriteRequest:
    """The request that takes an object out of the bin, with its id. Raises NotWritable.

    https://learn.microsoft.com/graph/api/directory-deleteditems-restore
    """
    if kind.soft_delete is SoftDelete.NONE:
        raise NotWritable("Entra keeps no bin for this kind.", safe="Nothing was sent.")
    return WriteRequest(
        "POST",
        kind.undelete_path.replace("{id}", object_id),
        None,
        kind.version,
        kind.lane,
        permission=kind.restore_permission,
        repeatable=False,
    )


def delete_requests(
    kind: Kind, object_id: str, current: Mapping[str, Any]
) -> tuple[WriteRequest, ...]:
    """The requests that delete an object: into the bin where the kind has one, else for good.

    current: its live state. Raises NotWritable when it cannot be deleted.
    """
    if reason := not_deletable(kind, current):
        raise NotWritable(reason, safe="Nothing was sent.")
    if kind.requested:
        return (requested.delete_request(kind, kind.requested, current),)
    path = path_of(kind, object_id, current)
    requests = []
    first = {
        name: value
        for name, value in kind.before_delete.items()
        if current.get(name) not in (None, value)
    }
    if first:
        requests.append(_patch(kind, path, with_type(kind, first, current), tuple(first)))
    for name in kind.emptied_before_delete:
        if current.get(name) is not None:
            requests += own_requests.requests_for(kind, name, path, current[name], None, current)
    requests.append(
        WriteRequest(
            "DELETE",
            path,
            None,
            kind.version,
            kind.lane,
            permission=kind.write_permission,
            stage=len(requests),
        )
    )
    return tuple(requests)


def path_of(kind: Kind, object_id: str, body: Mapping[str, Any]) -> str:
    """The path of one object; children carry their parent's id in the body."""
    parent = str(body.get(PARENT) or body.get("resourceId") or "")
    return kind.own_path(object_id).replace("{parent}", parent)


def _together(properties: list[Property]) -> list[list[Property]]:
    """Those that one PATCH may carry: what asks for more than the others (a permission of its own,
    a directory role on an administrator's account) has a request of its own, so that its refusal
    does not fail them."""
    groups: dict[tuple[str, bool], list[Property]] = {}
    for known in properties:
        if known.write is Writability.WRITABLE:
            groups.setdefault((known.write_permission, known.guarded), []).append(known)
    return list(groups.values())


def _patches(
    kind: Kind,
    path: str,
    properties: list[Property],
    current: Mapping[str, Any],
    wanted: Mapping[str, Any],
) -> list[WriteRequest]:
    first: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for known in properties:
        held, target = current.get(known.name), wanted.get(known.name)
        values[known.name] = patch_value(known, held, target)
        off = stepwise.first_step(known, held, target)
        if off is not None:
            first[known.name] = off
    extra = properties[0].write_permission
    permission = (*kind.write_permission, extra) if extra else kind.write_permission
    names = tuple(values)
    requests = []
    if first:
        requests.append(
            _patch(kind, path, first, (), permission=permission, reason="Switched off first.")
        )
    if kind.update_method == "PUT":
        values = _whole(kind, current) | values
    body = with_type(kind, values, wanted)
    requests.append(_patch(kind, path, body, names, permission=permission, stage=len(requests)))
    return requests


def _whole(kind: Kind, current: Mapping[str, Any]) -> dict[str, Any]:
    """What a PUT has to carry along, since it empties whatever it does not name."""
    named = {one.property for one in kind.companions}
    return {
        known.name: patch_value(known, None, current[known.name])
        for known in kind.by_name.values()
        if (known.recoverable or known.name in named) and current.get(known.name) is not None
    }


def _patch(
    kind: Kind,
    path: str,
    body: dict[str, Any],
    names: tuple[str, ...],
    *,
    permission: tuple[str, ...] = (),
    stage: int = 0,
    reason: str = "",
) -> WriteRequest:
    return WriteRequest(
        kind.update_method,
        path,
        body,
        kind.version,
        kind.lane,
        properties=names,
        permission=permission or kind.write_permission,
        stage=stage,
        reason=reason,
    )
