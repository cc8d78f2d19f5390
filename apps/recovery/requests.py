"""The requests of a step, as they are sealed in the plan and read back to be sent.

A step's content is {"request": {...}, "singly": [...]}: the one request that does it all, and for
links that travel together the requests that do them one by one, in the order of the targets. Both
are part of what is approved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.entra.client import BatchItem
from apps.entra.writing import WriteRequest

Content = dict[str, Any]


def content_of(request: WriteRequest, singly: Sequence[WriteRequest] = ()) -> Content:
    """What a step keeps of its requests."""
    content: Content = {"request": _as_json(request)}
    if singly:
        content["singly"] = [_as_json(one) for one in singly]
    return content


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
    }
