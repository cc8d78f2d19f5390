"""Answers that say where the thing made is found."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.response import Response

from apps.tenants.models import Tenant


def created(data: Any, route: str, tenant: Tenant, **parts: Any) -> Response:
    """201, with the address of what was made."""
    return Response(data, status=201, headers={"Location": _address(route, tenant, parts)})


def accepted(data: Any, route: str, tenant: Tenant, **parts: Any) -> Response:
    """202, with the address to ask how it goes."""
    return Response(data, status=202, headers={"Location": _address(route, tenant, parts)})


def _address(route: str, tenant: Tenant, parts: dict[str, Any]) -> str:
    return reverse(f"api:{route}", kwargs={"tenant_id": tenant.pk, **parts})
