"""The control endpoints: look at the sandbox, and make things happen to it."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import TYPE_CHECKING, Any

import orjson

from apps.sandbox import incidents
from apps.sandbox.control.applications import register_application
from apps.sandbox.control.counts import counts
from apps.sandbox.control.errors import ControlError
from apps.sandbox.control.filling import consent, fill
from apps.sandbox.control.overview import overview
from apps.sandbox.control.page import overview_page
from apps.sandbox.control.static import static_file
from apps.sandbox.control.tokens import mint
from apps.sandbox.login.id_faults import FAULTS
from apps.sandbox.server.messages import Request, Response, html_response, json_response
from apps.sandbox.weather.settings import WeatherError

if TYPE_CHECKING:
    from apps.sandbox.server.sandbox import Sandbox

PREFIX = "/_sandbox/"
# Where the process was given a key, whoever comes to the control door has to show it.
KEY_HEADER = "x-sandbox-key"


def answer(sandbox: Sandbox, request: Request) -> Response:
    """Answer a control request; refusals are {"error": text} with status 400 or 404."""
    shown = request.headers.get(KEY_HEADER, "").encode()
    if not hmac.compare_digest(shown, sandbox.control_key.encode()):
        return json_response({"error": "this sandbox opens its control door to its owner"}, 403)
    if request.path == "/_sandbox":
        return Response(302, headers=[("Location", PREFIX)])
    parts = request.path.removeprefix(PREFIX).strip("/").split("/")
    try:
        if request.method in {"GET", "HEAD"}:
            return _look(sandbox, parts, request)
        if request.method == "POST":
            match parts:
                case ["tenants", _] | ["tenants", _, "lines" | "settle"]:
                    filled = fill(sandbox.fillings, sandbox.world, parts[1:], request.body)
                    return json_response(filled)
            return json_response(_act(sandbox, parts, _json(request), request))
        return Response(405, headers=[("Allow", "GET, POST")])
    except (ControlError, WeatherError) as refusal:
        return json_response({"error": str(refusal)}, getattr(refusal, "status", 400))


def _look(sandbox: Sandbox, parts: list[str], request: Request) -> Response:
    match parts:
        case [""]:
            facts = overview(sandbox.world, sandbox.seed)
            if "text/html" in request.headers.get("accept", ""):
                return html_response(overview_page(facts, sandbox.weather, request.base_url))
            return json_response(facts)
        case ["weather"]:
            return json_response(sandbox.weather.as_dict())
        case ["tokens"]:
            return json_response({"faults": dict(FAULTS)})
        case ["clock"]:
            return json_response({"now": sandbox.world.clock.now().isoformat()})
        case ["tenants", tenant, "counts"]:
            directory = sandbox.world.directory(tenant)
            if directory is None:
                raise ControlError(f"there is no tenant '{tenant}'", 404)
            return json_response(counts(directory))
        case ["static", name]:
            return static_file(name)
    raise ControlError(f"there is nothing at {request.path}", 404)


def _act(
    sandbox: Sandbox, parts: list[str], asked: dict[str, Any], request: Request
) -> dict[str, Any]:
    match parts:
        case ["weather"]:
            sandbox.weather_changed(asked)
            return sandbox.weather.as_dict()
        case ["incidents", name]:
            return _run_incident(sandbox, name, asked)
        case ["clock"]:
            return _set_clock(sandbox, asked)
        case ["reset"]:
            sandbox.reset()
            return {"reset": True}
        case ["applications"]:
            return register_application(sandbox.world, asked)
        case ["tenants", tenant, "consents"]:
            return consent(sandbox.world, tenant, asked)
        case ["tokens"]:
            return mint(sandbox.sign_in, asked, request)
        case ["keys", "rotate"]:
            return {"keys": sandbox.rotate_keys()}
    raise ControlError("there is no such control", 404)


def _run_incident(sandbox: Sandbox, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    tenant = asked.get("tenant")
    directory = None if tenant is None else sandbox.world.directory(str(tenant))
    if tenant is not None and directory is None:
        raise ControlError(f"there is no tenant '{tenant}'", 404)
    try:
        with sandbox.behind_the_scenes():
            return incidents.run(sandbox.world, name, directory.tenant_id if directory else None)
    except (incidents.IncidentError, LookupError, ValueError) as problem:
        raise ControlError(f"the incident '{name}' could not run: {problem}") from problem


def _set_clock(sandbox: Sandbox, asked: dict[str, Any]) -> dict[str, Any]:
    clock = sandbox.world.clock
    try:
        if "advance_seconds" in asked:
            clock.advance(float(asked["advance_seconds"]))
        elif "set" in asked:
            moment = dt.datetime.fromisoformat(str(asked["set"]).replace("Z", "+00:00"))
            clock.set(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))
        else:
            raise ControlError('say {"advance_seconds": n} or {"set": "2026-09-01T00:00:00Z"}')
    except (TypeError, ValueError, OverflowError) as problem:
        if isinstance(problem, ControlError):
            raise
        raise ControlError(f"that is no time: {problem}") from problem
    return {"now": clock.now().isoformat()}


def _json(request: Request) -> dict[str, Any]:
    if not request.body:
        return {}
    try:
        asked = orjson.loads(request.body)
    except orjson.JSONDecodeError as problem:
        raise ControlError(f"the body is not JSON: {problem}") from problem
    if asked is None:
        return {}
    if not isinstance(asked, dict):
        raise ControlError("the body must be a JSON object")
    return asked
