"""Answers a call: finds its route, checks its permission, calls its handler.

``gate`` and ``after`` are hooks of the server: the first may answer in place of the route (weather,
throttling), the second sees every call with its answer (request log). Both are consulted for every
single request, items of a batch included, the batch itself excepted.
"""

from collections.abc import Callable
from functools import cache

from .context import Answer, Call, GraphError, Permissions, Route, any_of
from .costs import resource_units
from .errors import denied, denied_by_method_service, denied_by_policy_service, envelope
from .routing import Router, normalise

#: Delegated permission that opens whatever the signed-in user himself may do.
_AS_USER = any_of("Directory.AccessAsUser.All")

#: How the service behind a lane says that a permission is missing.
_DENIED = {
    "conditional-access": denied_by_policy_service,
    "authentication-methods": denied_by_method_service,
}

gate: Callable[[Call], Answer | None] | None = None
after: Callable[[Call, Answer], None] | None = None


@cache
def router() -> Router:
    """The routing table of reads, writes and batch."""
    from apps.sandbox.recovery.routes import ROUTES as RECOVERY_ROUTES
    from apps.sandbox.writes.routes import ROUTES as WRITE_ROUTES

    from .batch import ROUTES as BATCH_ROUTES
    from .routes_read import ROUTES as READ_ROUTES

    return Router((*READ_ROUTES, *WRITE_ROUTES, *RECOVERY_ROUTES, *BATCH_ROUTES))


def answer(call: Call) -> Answer:
    """The answer of one call; never raises for what a client can cause."""
    try:
        route, variables = _find(call)
    except GraphError as error:
        return _finish(call, envelope(error, call))
    call.route, call.variables = route, variables
    call.resource_units = resource_units(call, route)
    return _finish(call, _gated(call) or _handled(call, route))


def _find(call: Call) -> tuple[Route, dict[str, str]]:
    call.segments = normalise(call.segments)
    return router().find(call.method, call.version, call.segments)


def _gated(call: Call) -> Answer | None:
    if gate is None or call.is_batch:
        return None
    return gate(call)


def _handled(call: Call, route: Route) -> Answer:
    if call.directory.past.jobs:
        _go_on_recovering(call)
    try:
        if not allowed(call, route):
            raise _DENIED.get(route.lane, denied)()
        return route.handler(call)
    except GraphError as error:
        if error.workflow:
            _audit_failure(call, error)
        return envelope(error, call)


def _go_on_recovering(call: Call) -> None:
    from apps.sandbox.recovery import jobs

    jobs.advance(call.world, call.directory)


def _audit_failure(call: Call, error: GraphError) -> None:
    from apps.sandbox.writes import failures

    failures.record(call, error)


def allowed(call: Call, route: Route) -> bool:
    """Whether the caller's token carries one of the route's permission alternatives."""
    if route.anyone:
        return True
    alternatives: Permissions = route.application
    if call.caller.is_delegated:
        declared = route.delegated
        alternatives = (*route.application, *_AS_USER) if declared is None else declared
    held = call.caller.permissions
    return any(needed <= held for needed in alternatives)


def _finish(call: Call, given: Answer) -> Answer:
    route = call.route
    given.resource_units = call.resource_units
    given.is_write = route is not None and route.is_write and not call.is_batch
    given.headers.setdefault("request-id", call.request_id)
    given.headers.setdefault(
        "client-request-id", call.headers.get("client-request-id", call.request_id)
    )
    if route is not None and route.lane == "directory" and not call.is_batch:
        given.headers.setdefault("x-ms-resource-unit", f"{given.resource_units:g}")
    if after is not None and not call.is_batch:
        after(call, given)
    return given
