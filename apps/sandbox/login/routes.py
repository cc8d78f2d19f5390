"""Which part of the sign-in service answers which path."""

from __future__ import annotations

from collections.abc import Callable

from apps.sandbox.login import (
    authorize,
    consent,
    device_code,
    discovery,
    signing_out,
    token_endpoint,
    userinfo,
)
from apps.sandbox.login.errors import LoginError
from apps.sandbox.login.pages import error_page
from apps.sandbox.login.session import SignIn
from apps.sandbox.server.messages import Request, Response, json_response

Handler = Callable[[SignIn, str, Request], Response]


def answer(sign_in: SignIn, request: Request) -> Response:
    """Answer a request below /{tenant}/."""
    tenant, _, rest = request.path.strip("/").partition("/")
    if (tenant, rest) == ("common", "discovery/instance"):
        return discovery.instance(request)
    route = (_BOTH, userinfo.answer) if (tenant, rest) == USERINFO else _ROUTES.get(rest)
    if route is None:
        return _not_found()
    methods, handler = route
    if request.method == "OPTIONS":
        return _preflight(request)
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        return Response(405, headers=[("Allow", ", ".join(methods))])
    return handler(sign_in, tenant, request)


def _configuration(version: str) -> Handler:
    def handler(sign_in: SignIn, tenant: str, request: Request) -> Response:
        try:
            return discovery.configuration(sign_in, tenant, request, version=version)
        except LoginError as refusal:
            return discovery.refused(sign_in, refusal, request)

    return handler


def _keys(version: str) -> Handler:
    def handler(sign_in: SignIn, tenant: str, request: Request) -> Response:
        try:
            return discovery.keys(sign_in, tenant, request, version=version)
        except LoginError as refusal:
            return discovery.refused(sign_in, refusal, request)

    return handler


def _page(handler: Handler) -> Handler:
    """A page whose refusals are shown to the person, not sent to the application."""

    def shown(sign_in: SignIn, tenant: str, request: Request) -> Response:
        try:
            return handler(sign_in, tenant, request)
        except LoginError as refusal:
            return error_page(sign_in, refusal)

    return shown


def _preflight(request: Request) -> Response:
    headers = [
        ("Access-Control-Allow-Origin", request.headers.get("origin", "*")),
        ("Access-Control-Allow-Methods", "GET, POST"),
        ("Access-Control-Allow-Headers", "content-type, client-request-id"),
    ]
    return Response(200, headers=headers)


def _not_found() -> Response:
    return json_response({"error": "not_found", "error_description": "No such endpoint."}, 404)


USERINFO = ("oidc", "userinfo")
_BOTH = ("GET", "POST")
_ROUTES: dict[str, tuple[tuple[str, ...], Handler]] = {
    "v2.0/.well-known/openid-configuration": (("GET",), _configuration("v2.0")),
    ".well-known/openid-configuration": (("GET",), _configuration("v1.0")),
    "discovery/v2.0/keys": (("GET",), _keys("v2.0")),
    "discovery/keys": (("GET",), _keys("v1.0")),
    "oauth2/v2.0/token": (("POST",), token_endpoint.answer),
    "oauth2/token": (("POST",), token_endpoint.answer),
    "oauth2/v2.0/devicecode": (("POST",), token_endpoint.begin_on_device),
    "oauth2/devicecode": (("POST",), token_endpoint.begin_on_device),
    "oauth2/deviceauth": (_BOTH, _page(device_code.page)),
    "oauth2/v2.0/authorize": (_BOTH, _page(authorize.answer)),
    "oauth2/authorize": (_BOTH, _page(authorize.answer)),
    "oauth2/v2.0/logout": (_BOTH, _page(signing_out.sign_out)),
    "oauth2/logout": (_BOTH, _page(signing_out.sign_out)),
    "v2.0/adminconsent": (_BOTH, _page(consent.answer_v2)),
    "adminconsent": (_BOTH, _page(consent.answer_v1)),
}
