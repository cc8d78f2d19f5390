"""Graph over HTTP: from a request to a call, from an answer to a response."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from apps.sandbox.graph import dispatch
from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.server.bearer import TokenCheck
from apps.sandbox.server.messages import Request, Response
from apps.sandbox.server.requestlog import RequestLog
from apps.sandbox.state.clock import graph_time
from apps.sandbox.state.world import World
from apps.sandbox.weather.gate import Gate

VERSIONS = frozenset({"v1.0", "beta"})
METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})
CONTENT_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)
_DIAGNOSTIC = orjson.dumps(
    {
        "ServerInfo": {
            "DataCenter": "Sandbox",
            "Slice": "E",
            "Ring": "5",
            "ScaleUnit": "000",
            "RoleInstance": "SANDBOX00000000",
        }
    }
).decode()
_RAW_TYPES = ("image/", "application/octet-stream")


@dataclass(slots=True)
class GraphEndpoint:
    """Answers /v1.0/... and /beta/..."""

    world: World
    tokens: TokenCheck
    gate: Gate
    log: RequestLog

    def answer(self, request: Request) -> Response:
        """Answer one Graph request, refusals included."""
        request_id = str(uuid.uuid4())
        if request.method == "OPTIONS":
            return _preflight(request)
        try:
            call = self._call(request, request_id)
        except GraphError as refusal:
            self.log.refused(request, refusal.status)
            answer = _refused(refusal, request, request_id, self.world.clock.now())
            return _response(answer, request, request_id)
        self.log.begin(request, request_id)
        answer = dispatch.answer(call)
        if call.is_batch:
            self.log.answered(call, answer)
        response = _response(answer, request, request_id)
        self.gate.spoil(response)
        return response

    def _call(self, request: Request, request_id: str) -> Call:
        _, version, *segments = request.raw_path.split("/")
        if version not in VERSIONS:
            raise GraphError(400, "BadRequest", f"Invalid version: {version}")
        authorization = request.headers.get("authorization")
        directory, caller = self.tokens.check(authorization, request.base_url)
        method = "GET" if request.method == "HEAD" else request.method
        if method not in METHODS:
            message = "The OData request is not supported."
            raise GraphError(405, "Request_BadRequest", message, headers={"Allow": _ALLOW})
        return Call(
            world=self.world,
            directory=directory,
            version=version,
            method=method,
            segments=tuple(unquote(segment) for segment in segments if segment),
            query=request.query,
            headers=request.headers,
            body=_body(request, method),
            base_url=request.base_url,
            caller=caller,
            request_id=request_id,
        )


_ALLOW = ", ".join(sorted(METHODS))


def _body(request: Request, method: str) -> Any:
    """The parsed body: JSON, or bytes for what is uploaded.

    Raises:
        GraphError: 400 for a body without a type or that is not JSON, 415 for another type.
    """
    if method == "GET" or not request.body:
        return None
    content_type = request.content_type
    if not content_type:
        message = (
            "Write requests (excluding DELETE) must contain the Content-Type header declaration."
        )
        raise GraphError(400, "BadRequest", message)
    if content_type.startswith(_RAW_TYPES):
        return request.body
    if content_type != "application/json" and not content_type.endswith("+json"):
        message = (
            "A supported MIME type could not be found that matches the content type of the "
            f"request. None of the supported type(s) matches the content type '{content_type}'."
        )
        raise GraphError(415, "BadRequest", message)
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as problem:
        message = (
            "Unable to read JSON request payload. Please ensure Content-Type header is set and "
            "payload is of valid JSON format."
        )
        raise GraphError(400, "BadRequest", message) from problem


def _response(answer: Answer, request: Request, request_id: str) -> Response:
    headers = dict(answer.headers)
    content_type = headers.pop("Content-Type", CONTENT_TYPE)
    body = answer.body
    data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
    headers.setdefault("request-id", request_id)
    headers.setdefault("client-request-id", request.headers.get("client-request-id", request_id))
    return Response(
        answer.status,
        data,
        content_type if data else "",
        [
            ("Cache-Control", "no-cache"),
            ("Vary", "Accept-Encoding"),
            ("x-ms-ags-diagnostic", _DIAGNOSTIC),
            ("OData-Version", "4.0"),
            *headers.items(),
        ],
    )


def _refused(refusal: GraphError, request: Request, request_id: str, now: dt.datetime) -> Answer:
    """The refusal of a request that never became a call."""
    inner = {
        "date": graph_time(now).removesuffix("Z"),
        "request-id": request_id,
        "client-request-id": request.headers.get("client-request-id", request_id),
    }
    error = {"code": refusal.code, "message": refusal.message, "innerError": inner}
    return Answer(refusal.status, {"error": error}, dict(refusal.headers))


def _preflight(request: Request) -> Response:
    """What a browser asks before a call from another origin."""
    asked = request.headers.get("access-control-request-headers", "authorization, content-type")
    return Response(
        200,
        headers=[
            ("Access-Control-Allow-Origin", request.headers.get("origin", "*")),
            ("Access-Control-Allow-Methods", _ALLOW),
            ("Access-Control-Allow-Headers", asked),
            ("Access-Control-Max-Age", "600"),
            ("Allow", _ALLOW),
        ],
    )
