"""The API described by itself: OpenAPI 3.1, and a page to read it."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from apps.api.problems import MEDIA_TYPE

PROBLEMS = {
    "400": "The request is wrong; `errors` names the fields.",
    "401": "No token, or one that is not valid.",
    "403": "The token, or the role of its owner, does not allow this.",
    "404": "There is no such thing, or it is not yours to see.",
    "409": "Something else is in the way: decided before, used before, not connected.",
    "429": "Too many requests; `Retry-After` says when to go on.",
}


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The schema as YAML. It says nothing of any tenant, so everybody may have it."""
    return HttpResponse(as_yaml(), content_type="application/yaml; charset=utf-8")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema for reading. It sends no requests: tokens do not belong into a web page."""
    return render(request, "api/docs.html", {"section": "api"})


@cache
def as_yaml() -> bytes:
    """The schema of this version; made once in a process."""
    made = SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(OpenApiYamlRenderer().render(made, renderer_context={}))  # type: ignore[no-untyped-call]


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may end in each of the problems (a hook of drf-spectacular)."""
    answers = {
        status: {
            "description": words,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, words in PROBLEMS.items()
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"] |= answers
    result["components"]["schemas"]["Problem"] = _PROBLEM
    return result


_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "An error (RFC 9457). `code` is stable; the words may change.",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "What happened."},
        "safe": {"type": "string", "description": "What is untouched."},
        "todo": {"type": "string", "description": "What you can do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
        "request_id": {
            "type": "string",
            "description": "Names this request in the audit trail and the log.",
        },
    },
}
