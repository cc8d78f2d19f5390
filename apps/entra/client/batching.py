"""$batch: up to 20 requests in one.

https://learn.microsoft.com/graph/json-batching
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from apps.entra import refusals
from apps.entra.catalogue.model import Lane, Version
from apps.entra.client import costs
from apps.entra.client.limits import lane_of
from apps.entra.client.responses import BatchItem, GraphResponse
from apps.entra.client.retrying import MAX_TRIES, NOT_DONE, PERHAPS_DONE, back_off, patience
from apps.entra.client.transport import Broken, NotSent
from apps.entra.errors import OutcomeUnknown

if TYPE_CHECKING:
    from apps.entra.client.graph import GraphClient

SIZE = 20
# Lanes in which a $batch saves nothing: each of its items counts when it comes.
ONE_BY_ONE = frozenset({Lane.CONDITIONAL_ACCESS, Lane.AUDIT})
_UNKNOWN = GraphResponse(0)


def run(
    client: "GraphClient", items: Sequence[BatchItem], *, version: Version, lane: Lane | None
) -> list[GraphResponse]:
    """See GraphClient.batch."""
    answers: list[GraphResponse] = []
    for start in range(0, len(items), SIZE):
        chunk = items[start : start + SIZE]
        chosen = lane or lane_of(chunk[0].path)
        if chosen in ONE_BY_ONE:
            answers.extend(_one_by_one(client, chunk, version, chosen))
        else:
            answers.extend(_chunk(client, chunk, version, chosen))
    return answers


def _one_by_one(
    client: "GraphClient", items: Sequence[BatchItem], version: Version, lane: Lane
) -> Iterator[GraphResponse]:
    for item in items:
        try:
            yield client.request(
                item.method,
                item.path,
                item.body,
                version=version,
                headers=item.headers,
                repeatable=item.repeatable,
                lane=lane,
            )
        except OutcomeUnknown:
            yield _UNKNOWN


def _chunk(
    client: "GraphClient", items: Sequence[BatchItem], version: Version, lane: Lane
) -> list[GraphResponse]:
    answers: dict[int, GraphResponse] = {}
    uncertain: set[int] = set()
    open_items = dict(enumerate(items))
    for attempt in range(MAX_TRIES):
        try:
            received = _exchange(client, open_items, version, lane)
        except NotSent:
            # However often: that nobody is there is no answer to any of the items.
            client.wait_out(lane, back_off(attempt))
            continue
        wait = 0.0
        if received is None:
            wait = back_off(attempt)
            uncertain |= set(open_items)
            for position in [at for at, item in open_items.items() if not item.may_repeat]:
                answers[position] = _UNKNOWN
                del open_items[position]
        for position, answer in (received or {}).items():
            longer = _patience(answer, attempt, open_items[position], client.scale)
            if longer is not None:
                wait = max(wait, longer)
                if answer.status not in NOT_DONE:
                    uncertain.add(position)
                continue
            answers[position] = _final(answer, open_items.pop(position), position in uncertain)
        if not open_items:
            break
        client.wait_out(lane, wait)
    else:
        raise refusals.gave_up(client.cloud.graph)
    return [answers[position] for position in range(len(items))]


def _exchange(
    client: "GraphClient", items: Mapping[int, BatchItem], version: Version, lane: Lane
) -> dict[int, GraphResponse] | None:
    """Send the open items; None when nobody knows which of them were carried out. Raises NotSent
    when none was."""
    cost = {at: costs.units(item.method, item.path) for at, item in items.items()}
    writes = {at: int(costs.is_write(item.method, item.path)) for at, item in items.items()}
    in_all = sum(writes.values())
    reserved = client.reserve(lane, units=sum(cost.values()), writes=in_all)
    try:
        reply = client.exchange("POST", client.url("/$batch", version), {}, _body(client, items))
    except Broken:
        return None
    finally:
        client.landed(lane, reserved, writes=in_all)
    if reply.status != 200:
        client.account(lane, reply.status, reply.headers, reserved=0, writes=0)
        if reply.status in PERHAPS_DONE:
            return None
        return {at: GraphResponse(reply.status, reply.body, reply.headers) for at in items}
    answers = dict(_answers(reply.body))
    for at in items:
        answer = answers.setdefault(at, GraphResponse(503))
        client.account(lane, answer.status, answer.headers, reserved=cost[at], writes=writes[at])
    return {at: answers[at] for at in items}


def _body(client: "GraphClient", items: Mapping[int, BatchItem]) -> dict[str, Any]:
    return {"requests": [_entry(at, client.placed(item.path), item) for at, item in items.items()]}


def _entry(position: int, path: str, item: BatchItem) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": str(position), "method": item.method, "url": path}
    headers = dict(item.headers)
    if item.body is not None:
        entry["body"] = item.body
        headers.setdefault("Content-Type", "application/json")
    if headers:
        entry["headers"] = headers
    return entry


def _answers(body: Mapping[str, Any]) -> Iterator[tuple[int, GraphResponse]]:
    for answer in body.get("responses") or ():
        headers = {
            name.lower(): str(value) for name, value in (answer.get("headers") or {}).items()
        }
        content = answer.get("body")
        yield (
            int(answer["id"]),
            GraphResponse(
                int(answer["status"]), content if isinstance(content, dict) else {}, headers
            ),
        )


def _patience(answer: GraphResponse, attempt: int, item: BatchItem, scale: float) -> float | None:
    try:
        return patience(answer.status, answer.headers, answer.body, attempt, item, scale)
    except OutcomeUnknown:
        return None


def _final(answer: GraphResponse, item: BatchItem, uncertain: bool) -> GraphResponse:
    if answer.status in PERHAPS_DONE and not item.may_repeat:
        return _UNKNOWN
    return GraphResponse(answer.status, answer.body, answer.headers, uncertain)
