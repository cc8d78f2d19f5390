"""Refusals that more than one part of the sandbox's Graph gives, and their envelope.

https://learn.microsoft.com/graph/errors
"""

from typing import Any

from apps.sandbox.state.clock import graph_time

from .context import Answer, Call, GraphError


def not_found(object_id: str) -> GraphError:
    """Unknown, deleted or not yet replicated: Graph does not tell which."""
    return GraphError(
        404,
        "Request_ResourceNotFound",
        f"Resource '{object_id}' does not exist or one of its queried reference-property objects "
        "are not present.",
    )


#: How the services beside the directory call what they keep.
_LABELS = {
    "conditionalAccessPolicy": "ConditionalAccessPolicy",
    "namedLocation": "NamedLocation",
    "authenticationStrengthPolicy": "AuthenticationStrengthPolicy",
    "authenticationCombinationConfiguration": "AuthenticationCombinationConfiguration",
    "authenticationMethodConfiguration": "AuthenticationMethodConfiguration",
}


def missing(type_name: str, object_id: str) -> GraphError:
    """An object that is not there, as the service that would keep it says so.

    https://github.com/DanielChronlund/DCToolbox/issues/5
    """
    label = _LABELS.get(type_name)
    if label is None:
        return not_found(object_id)
    text = f"{label} with id {object_id} does not exist in the directory."
    return GraphError(404, "ResourceNotFound", text)


def denied() -> GraphError:
    """The token lacks the permission."""
    return GraphError(
        403,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    )


def denied_by_policy_service() -> GraphError:
    """The same, as Conditional Access words it."""
    return GraphError(
        403,
        "AccessDenied",
        "You cannot perform the requested operation, required scopes are missing in the token.",
    )


def denied_by_method_service() -> GraphError:
    """The same, as the service of authentication methods words it.

    https://github.com/microsoftgraph/msgraph-sdk-go/issues/441
    """
    return GraphError(403, "accessDenied", "Request Authorization failed")


def unknown_segment(segment: str) -> GraphError:
    """A path that Graph does not have."""
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def method_not_allowed() -> GraphError:
    """A path that exists, but not for this method."""
    return GraphError(
        405,
        "Request_BadRequest",
        "Specified HTTP method is not allowed for the request target.",
    )


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    """400 with the given text."""
    return GraphError(400, code, message)


def unsupported_query(message: str) -> GraphError:
    """400 for a query the directory does not run."""
    return GraphError(400, "Request_UnsupportedQuery", message)


def envelope(error: GraphError, call: Call) -> Answer:
    """The error as the answer of a call."""
    client_request_id = call.headers.get("client-request-id", call.request_id)
    inner: dict[str, Any] = {
        **error.inner,
        "date": graph_time(call.world.clock.now()).removesuffix("Z"),
        "request-id": call.request_id,
        "client-request-id": client_request_id,
    }
    body: dict[str, Any] = {"code": error.code, "message": error.message, "innerError": inner}
    if error.details is not None:
        body["details"] = error.details
    return Answer(error.status, {"error": body}, dict(error.headers))
