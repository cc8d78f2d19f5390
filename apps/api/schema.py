"""The API described by itself: OpenAPI 3.1, and a page to read it."""

from __future__ import annotations

from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from apps.api.codes import CODES, Known
from apps.api.problems import TITLES


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The schema as YAML. It says nothing of any tenant, so everybody may have it."""
    return HttpResponse(as_yaml(), content_type="application/yaml; charset=utf-8")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The schema for reading. It sends no requests: tokens do not belong into a web page."""
    return render(request, "api/docs.html", {"section": "api"})


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every code that a problem may have."""
    return render(request, "api/problems.html", {"section": "api", "known": _by_status()})


@require_safe
def one_problem(request: HttpRequest, code: str) -> HttpResponse:
    """What the `type` of a problem leads to."""
    known = CODES.get(code)
    if known is None:
        raise Http404
    shown = {"section": "api", "known": known, "title": TITLES[known.status]}
    return render(request, "api/problem.html", shown)


def _by_status() -> list[Known]:
    return sorted(CODES.values(), key=lambda known: (known.status, known.code))


@cache
def as_yaml() -> bytes:
    """The schema of this version; made once in a process."""
    made = SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return bytes(OpenApiYamlRenderer().render(made, renderer_context={}))  # type: ignore[no-untyped-call]
