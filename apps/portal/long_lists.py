"""What keeps pages quick that show a thousand tenants at once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse

_ANY = UUID(int=0)


def addresses_of_tenants(route: str) -> Callable[[UUID], str]:
    """What gives a page's address for each tenant, looked up once for all of them."""
    before, after = reverse(f"portal:{route}", args=[_ANY]).split(str(_ANY))
    return lambda tenant_id: f"{before}{tenant_id}{after}"
