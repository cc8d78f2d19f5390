"""$batch: up to 20 requests in one.

https://learn.microsoft.com/graph/json-batching
"""

import base64
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from apps.sandbox.schema import BETA, V1

from .context import Answer, Call, Route
from .errors import bad_request

MOST_REQUESTS = 20
_METHODS = {"GET", "POST", "PATCH", "PUT", "DELETE"}


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    depends_on: tuple[str, ...]


def answer_batch(call: Call) -> Answer:
    """Run every item; 200 even when items fail, 400 when the batch itself is malformed."""
    items = _items(call.body)
    responses: dict[str, dict[str, Any]] = {}
    for item in items:
        failed = [one for one in item.depends_on if responses[one]["status"] >= 400]
        responses[item.id.lower()] = _failed_dependency(item) if failed else _run(call, item)
    ordered = [responses[item.id.lower()] for item in items]
    if not any(item.depends_on for item in items):
        _shuffle(ordered, items)
    return Answer(200, {"responses": ordered})


def _shuffle(responses: list[dict[str, Any]], items: Sequence[_Item]) -> None:
    """Any order is allowed; the same batch gives the same one."""
    random.Random("|".join(item.id + item.url for item in items)).shuffle(responses)


def _items(body: Any) -> list[_Item]:
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise bad_request("Invalid batch payload format.")
    if len(requests) > MOST_REQUESTS:
        raise bad_request(
            f"Number of batch request steps exceeds the maximum value of {MOST_REQUESTS}.",
            "MaximumValueExceeded",
        )
    items = [_item(request) for request in requests]
    seen: set[str] = set()
    for item in items:
        if item.id.lower() in seen:
            raise bad_request(f"Request id '{item.id}' is duplicated in the batch.")
        _check_dependencies(item, seen)
        seen.add(item.id.lower())
    return items


def _check_dependencies(item: _Item, seen: set[str]) -> None:
    for one in item.depends_on:
        if one not in seen:
            raise bad_request(
                f"Invalid dependsOn value '{one}' of request '{item.id}': it must name an earlier "
                "request."
            )


def _item(request: Any) -> _Item:
    if not isinstance(request, dict) or not request.get("id") or not request.get("url"):
        raise bad_request("Invalid batch payload format.")
    method = str(request.get("method", "")).upper()
    headers = {str(k).lower(): str(v) for k, v in (request.get("headers") or {}).items()}
    body = request.get("body")
    if method not in _METHODS or urlsplit(str(request["url"])).scheme:
        raise bad_request("Invalid batch payload format.")
    if body is not None and "content-type" not in headers:
        raise bad_request(f"Request '{request['id']}' has a body but no Content-Type header.")
    depends_on = tuple(str(one).lower() for one in request.get("dependsOn") or ())
    return _Item(str(request["id"]), method, str(request["url"]), headers, body, depends_on)


def _run(call: Call, item: _Item) -> dict[str, Any]:
    from .dispatch import answer

    url = urlsplit(item.url)
    given = answer(
        Call(
            world=call.world,
            directory=call.directory,
            version=call.version,
            method=item.method,
            segments=tuple(unquote(part) for part in url.path.split("/") if part),
            query=parse_qsl(url.query, keep_blank_values=True),
            headers={"client-request-id": call.request_id, **item.headers},
            body=item.body,
            base_url=call.base_url,
            caller=call.caller,
            in_batch=True,
        )
    )
    return _response(item, given)


def _response(item: _Item, given: Answer) -> dict[str, Any]:
    headers = {name: value for name, value in given.headers.items() if name != "request-id"}
    response: dict[str, Any] = {"id": item.id, "status": given.status, "headers": headers}
    if isinstance(given.body, bytes):
        response["body"] = base64.b64encode(given.body).decode()
    elif given.body is not None:
        headers.setdefault("Content-Type", "application/json")
        response["body"] = given.body
    return response


def _failed_dependency(item: _Item) -> dict[str, Any]:
    error = {"code": "FailedDependency", "message": "The request depends on a failed request."}
    return {
        "id": item.id,
        "status": 424,
        "headers": {"Content-Type": "application/json"},
        "body": {"error": error},
    }


ROUTES = (
    Route(
        "POST",
        "/$batch",
        answer_batch,
        anyone=True,
        versions=frozenset({V1, BETA}),
        writes=False,
    ),
)
