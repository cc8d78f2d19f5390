"""The requests of a step, as they are sealed in the plan and read back to be sent.

A step's content is {"request": {...}, "singly": [...], "fills": [...]}: the one request that does
it all, and for links that travel together the requests that do them one by one, in the order of the
targets. fills: ids in them that stand for objects that earlier steps make anew; each is replaced by
the id that Graph gives the new object, which nobody can know before. All of it is part of what is
approved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from apps.entra.client import BatchItem
from apps.entra.writing import WriteRequest
from apps.history.identities import Identities

if TYPE_CHECKING:
    from apps.recovery.models import Step

Content = dict[str, Any]


def content_of(request: WriteRequest, singly: Sequence[WriteRequest] = ()) -> Content:
    """What a step keeps of its requests."""
    content: Content = {"request": _as_json(request)}
    if singly:
        content["singly"] = [_as_json(one) for one in singly]
    return content


def known_by(step: Step, content: Mapping[str, Any]) -> dict[str, str]:
    """The ids by which a plan knows the object of a step, by property ("id", "appId")."""
    # Older plans know applications alone to have a second one.
    known = {"id": step.object_id, "appId": str(content.get("app_id") or "")}
    known |= content.get("known", {})
    return {name: value for name, value in known.items() if value}


def filled(request: Mapping[str, Any], fills: Sequence[str], made: Identities) -> dict[str, Any]:
    """The request as it is sent: with the new objects' ids in place of the old ones."""
    table = Identities()
    for known in fills:
        table.add(known, made.current(known))
    sent: dict[str, Any] = table.as_now(dict(request))
    return sent


def batch_item(item_id: str, request: Mapping[str, Any]) -> BatchItem:
    """A sealed request as the client sends it."""
    return BatchItem(
        id=item_id,
        method=request["method"],
        path=request["path"],
        body=request.get("body"),
        headers=dict(request.get("headers", {})),
    )


def _as_json(request: WriteRequest) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "body": request.body,
        "version": request.version,
        "headers": dict(request.headers),
        "repeatable": request.repeatable,
        **({"generates": list(request.generates)} if request.generates else {}),
        **({"asks": [asdict(one) for one in request.asks]} if request.asks else {}),
    }
