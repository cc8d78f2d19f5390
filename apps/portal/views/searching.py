"""One search over all tenants that the person may see."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access.selectors import Reached
from apps.history.search import across
from apps.history.search.folding import Question, is_guid
from apps.portal.doors import overview_page
from apps.portal.looking import record_look
from apps.tenants.models import Tenant

SHORTEST = 2
# Tenants that are shown because they themselves are called so.
NAMED = 10
# While somebody types, an answer of some tenants now is better than one of more in a while.
SECONDS_WHILE_TYPING = 0.5


@overview_page
def search(request: HttpRequest, mine: Reached) -> HttpResponse:
    """Tenants, and objects by name, user principal name, address or id; each tenant in its own
    scope. Asked by the page itself, what was found alone."""
    text = request.GET.get("q", "").strip()
    question = Question.of(text)
    after = _after(request)
    context: dict[str, object] = {
        "section": "search",
        "q": text,
        "number": len(mine.named),
        "is_too_short": bool(text) and len(question.text) < SHORTEST,
        "is_guid": is_guid(question.text),
        "is_further": after is not None,
    }
    by_script = bool(request.headers.get("HX-Request"))
    if len(question.text) >= SHORTEST:
        tenants = sorted(mine.tenants, key=lambda tenant: (tenant.name, str(tenant.pk)))
        seconds = SECONDS_WHILE_TYPING if by_script else across.SECONDS
        found = across.search_tenants(tenants, text, after=after, seconds=seconds)
        for one in found.finds:
            record_look(request, one.tenant, "search", f"snapshot {one.snapshot.seq}")
        named = [] if after else [one for one in tenants if _is_called(one, question)]
        context |= {
            "found": found,
            "named": named[:NAMED],
            "next": _next(text, found.after),
        }
    page = "portal/parts/found.html" if by_script else "portal/search.html"
    return render(request, page, context)


def _is_called(tenant: Tenant, question: Question) -> bool:
    return question.matches(str(tenant.entra_id or tenant.pk), (tenant.name, tenant.domain))


def _after(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _next(text: str, after: UUID | None) -> str:
    return "" if after is None else "?" + urlencode({"q": text, "after": str(after)})
