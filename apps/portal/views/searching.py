"""One search over all tenants that the person may see."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.history.search import across
from apps.history.search.folding import Question, is_guid
from apps.portal.doors import overview_page
from apps.portal.looking import record_look
from apps.tenants.models import Tenant

SHORTEST = 2


@overview_page
def search(request: HttpRequest, mine: list[Tenant]) -> HttpResponse:
    """Objects by name, user principal name, address or id; each tenant in its own scope."""
    text = request.GET.get("q", "").strip()
    question = Question.of(text)
    context: dict[str, object] = {
        "section": "search",
        "q": text,
        "number": len(mine),
        "is_too_short": bool(text) and len(question.text) < SHORTEST,
        "is_guid": is_guid(question.text),
    }
    if len(question.text) >= SHORTEST:
        tenants = sorted(mine, key=lambda tenant: (tenant.name, str(tenant.pk)))
        found = across.search_tenants(tenants, text, after=_after(request))
        for one in found.finds:
            record_look(request, one.tenant, "search", f"snapshot {one.snapshot.seq}")
        context |= {"found": found, "next": _next(text, found.after)}
    return render(request, "portal/search.html", context)


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _next(text: str, after: UUID | None) -> str:
    return "" if after is None else "?" + urlencode({"q": text, "after": str(after)})
