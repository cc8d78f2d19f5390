"""From what Graph or its sign-in answers to an error of the tree, in plain words."""

from collections.abc import Mapping
from typing import Any

from apps.entra import explanations
from apps.entra.errors import (
    Conflict,
    Denied,
    EntraError,
    NeedsConsent,
    NotLicensed,
    NotOffered,
    OutcomeUnknown,
    PageTokenExpired,
    Permanent,
    ReplicationLag,
    ResyncRequired,
    Throttled,
)

_CLASSES: Mapping[str, type[EntraError]] = {
    "permanent": Permanent,
    "needs-consent": NeedsConsent,
    "throttled": Throttled,
    "replication-lag": ReplicationLag,
    "conflict": Conflict,
    "not-licensed": NotLicensed,
    "not-offered": NotOffered,
    "denied": Denied,
    "page-token-expired": PageTokenExpired,
    "resync-required": ResyncRequired,
}


def from_response(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> EntraError:
    """The error for an answer of Graph with a status of 400 and more (0: no answer at all)."""
    if status == 0:
        return outcome_unknown()
    error = _error_of(body)
    graph_code = str(error.get("code", ""))
    message = str(error.get("message", ""))
    inner = error.get("innerError") or error.get("innererror") or {}
    found = explanations.for_graph(status, graph_code, message, str(inner.get("code", "")))
    return _CLASSES[found.category](
        found.message,
        code=found.code,
        safe=found.safe,
        todo=found.todo,
        status=status,
        graph_code=graph_code,
        graph_message=message,
        request_id=(headers or {}).get("request-id", "") or str(inner.get("request-id", "")),
    )


def from_sign_in(answer: Mapping[str, Any]) -> EntraError:
    """The error for an answer of the token endpoint (`error`, `error_codes`)."""
    codes = answer.get("error_codes") or [0]
    number = int(codes[0]) if str(codes[0]).isdigit() else 0
    found = explanations.for_sign_in(number, str(answer.get("error", "")))
    return _CLASSES[found.category](
        found.message,
        code=found.code,
        safe=found.safe,
        todo=found.todo,
        graph_code=f"AADSTS{number}" if number else str(answer.get("error", "")),
        request_id=str(answer.get("correlation_id", "")),
    )


def outcome_unknown() -> OutcomeUnknown:
    """For a request whose answer was lost and which must not be sent twice blindly."""
    return OutcomeUnknown(
        "The connection broke while Graph was at work, so nobody knows whether it was done.",
        safe="The request was not sent again.",
        todo="Look whether the change is there before sending it again.",
    )


def unreachable(host: str) -> Throttled:
    """For a host that could not be reached in all the time we give it."""
    return Throttled(
        f"{host} could not be reached.",
        code="unreachable",
        safe="Nothing was changed.",
        todo="Check that this server can reach it; the work is taken up again by itself.",
    )


def gave_up(host: str) -> Throttled:
    """For a request that was put off again and again."""
    return Throttled(
        f"{host} kept asking for patience, or kept breaking off.",
        safe="What was answered is kept; nothing is half done without being recorded.",
        todo="The work is taken up again by itself; if it stays, see Microsoft's service health.",
    )


def page_token_expired() -> PageTokenExpired:
    """For a list whose next page cannot be had any more."""
    return PageTokenExpired(
        explanations.PAGE_EXPIRED.message,
        code=explanations.PAGE_EXPIRED.code,
        safe=explanations.PAGE_EXPIRED.safe,
        todo=explanations.PAGE_EXPIRED.todo,
    )


def foreign_link() -> Permanent:
    """For a link in an answer that leads away from Graph: our token must not follow it."""
    return Permanent(
        "Graph answered with a link to another host.",
        code="foreign-link",
        safe="It was not followed.",
        todo="Tell whoever runs this installation: something stands between it and Graph.",
    )


def _error_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else {}
