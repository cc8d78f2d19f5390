"""The API described by itself: OpenAPI 3.1, and a page to read it."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer


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
