"""Answers that mean trouble: throttled, unavailable, timed out, token expired."""

from __future__ import annotations

import random
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.state.clock import graph_time
from apps.sandbox.weather.settings import Weather

_TEXTS = {
    429: ("TooManyRequests", "Please retry again later."),
    500: ("InternalServerError", "An internal server error occurred."),
    502: ("BadGateway", "The gateway received an invalid answer."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("GatewayTimeout", "The request timed out at the gateway."),
    509: ("BandwidthLimitExceeded", "The application has used its bandwidth."),
}


def too_many_requests(call: Call, headers: dict[str, str]) -> Answer:
    """429 with the body that Graph sends.

    https://learn.microsoft.com/graph/throttling
    """
    inner = {
        "code": "429",
        "date": graph_time(call.world.clock.now()).rstrip("Z"),
        "message": "Please retry after",
        "request-id": call.request_id,
        "status": "429",
    }
    error = {"code": "TooManyRequests", "message": "Please retry again later.", "innerError": inner}
    return Answer(429, {"error": error}, headers)


def fault(weather: Weather, dice: random.Random, call: Call) -> Answer:
    """One of the fault statuses, by chance."""
    status = dice.choice(weather.fault_statuses)
    headers: dict[str, str] = {}
    if weather.fault_retry_after is not None and status in {429, 503}:
        headers["Retry-After"] = str(weather.fault_retry_after)
    if status == 429:
        return too_many_requests(call, headers)
    code, message = _TEXTS.get(status, ("UnknownError", ""))
    return _error(call, status, code, message, headers)


def expired_token(weather: Weather, call: Call) -> Answer | None:
    """The refusal of a delta or page token, if the weather says that they have expired."""
    # "latest" asks for a token and is none.
    if weather.expire_delta_tokens and call.option("$deltatoken") not in (None, "", "latest"):
        weather.expire_delta_tokens = _one_less(weather.expire_delta_tokens)
        message = (
            "The sync state generation is not found. The delta token is expired and data must be "
            "synchronized again."
        )
        return _error(call, 400, "syncStateNotFound", message, {})
    if weather.expire_skip_tokens and call.option("$skiptoken"):
        weather.expire_skip_tokens = _one_less(weather.expire_skip_tokens)
        message = "Specified page token value has expired and can no longer be included in your"
        return _error(call, 400, "Directory_ExpiredPageToken", f"{message} request.", {})
    return None


def emptied(weather: Weather, call: Call, answer: Answer) -> None:
    """Take everything out of the answer, if the weather says that this collection is empty."""
    path = "/".join(call.segments).removesuffix("/delta")
    if path not in weather.empty_collections or not isinstance(answer.body, dict):
        return
    if isinstance(answer.body.get("value"), list):
        answer.body["value"] = []
        answer.body.pop("@odata.nextLink", None)


def _one_less(count: int) -> int:
    return count if count < 0 else count - 1


def _error(call: Call, status: int, code: str, message: str, headers: dict[str, str]) -> Answer:
    inner: dict[str, Any] = {
        "date": graph_time(call.world.clock.now()).rstrip("Z"),
        "request-id": call.request_id,
        "client-request-id": call.headers.get("client-request-id", call.request_id),
    }
    error = {"code": code, "message": message, "innerError": inner}
    return Answer(status, {"error": error}, headers)
