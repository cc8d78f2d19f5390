"""API tokens: one's own, and for managers those that reach what they manage."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.access import selectors as access
from apps.access import tokens_selectors, tokens_services
from apps.access.rights import MANAGE_PEOPLE
from apps.access.roles import RIGHT_TABLE
from apps.access.signin import step_up
from apps.access.tokens import TOKEN_RIGHTS
from apps.core.errors import Invalid
from apps.portal.doors import MENDABLE, actor, person, tenant_page
from apps.tenants.models import Tenant

OFFERED_DAYS = (7, 30, 90, 180, 365)


@login_required
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, the dead ones too, and when each was used last."""
    context = {
        "section": "account",
        "page": "tokens",
        "tokens": tokens_selectors.tokens_of(person(request)),
        "names": {one.id: one.name for one in access.reached_by(person(request)).named},
        "rights": RIGHT_TABLE,
    }
    return render(request, "portal/account/tokens.html", context)


@require_http_methods(["GET", "POST"])
@step_up.required
def create_token(request: HttpRequest) -> HttpResponse:
    """Make a token; the answer is the only page that ever shows it."""
    me = person(request)
    context = {
        "section": "account",
        "page": "tokens",
        "tenants": access.reached_by(me).named,
        "rights": [RIGHT_TABLE[name] for name in access.rights_anywhere(me, TOKEN_RIGHTS)],
        "days": OFFERED_DAYS,
        "default_days": tokens_services.DEFAULT_DAYS,
        "form": request.POST,
        "chosen": request.POST.getlist("right"),
        "chosen_tenants": request.POST.getlist("tenant"),
    }
    if request.method == "GET":
        return render(request, "portal/account/token_new.html", context)
    try:
        token, secret = _create(request)
    except MENDABLE as error:
        context["error"] = error
        return render(request, "portal/account/token_new.html", context, status=400)
    made = {**context, "token": token, "secret": secret}
    return render(request, "portal/account/token_made.html", made)


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End one's own token. It asks for no fresh proof: who has lost a token is in a hurry."""
    token = tokens_selectors.access_token(person(request), token_id)
    tokens_services.revoke_token(actor=actor(request), token=token)
    messages.success(
        request, _("The token %(name)s opens nothing any more.") % {"name": token.name}
    )
    return redirect(reverse("portal:tokens"))


@tenant_page(MANAGE_PEOPLE)
def tenant_tokens(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """The tokens that reach a tenant, whosoever they are."""
    context = {
        "section": "tenants",
        "tenant": tenant,
        "tokens": tokens_selectors.tokens_reaching_tenant(tenant),
        "rights": RIGHT_TABLE,
    }
    return render(request, "portal/tokens.html", context)


@tenant_page(MANAGE_PEOPLE, method="POST")
def revoke_tenant_token(request: HttpRequest, tenant: Tenant, token_id: UUID) -> HttpResponse:
    """End a token that reaches a tenant, if its owner is of the manager's own side."""
    token = tokens_selectors.access_token_reaching(tenant, token_id)
    tokens_services.revoke_token(actor=actor(request), token=token)
    messages.success(
        request, _("The token %(name)s opens nothing any more.") % {"name": token.name}
    )
    return redirect(reverse("portal:tenant-tokens", args=[tenant.id]))


@login_required
@require_GET
def msp_tokens(request: HttpRequest, msp_id: UUID) -> HttpResponse:
    """The tokens that reach an MSP or any of its tenants."""
    msp = access.access_msp(person(request), msp_id, MANAGE_PEOPLE)
    context = {
        "section": "people",
        "msp": msp,
        "tokens": tokens_selectors.tokens_reaching_msp(msp),
        "rights": RIGHT_TABLE,
    }
    return render(request, "portal/tokens.html", context)


@login_required
@require_POST
def revoke_msp_token(request: HttpRequest, msp_id: UUID, token_id: UUID) -> HttpResponse:
    """End a token that reaches an MSP, if its owner is of the manager's own side."""
    msp = access.access_msp(person(request), msp_id, MANAGE_PEOPLE)
    token = tokens_selectors.access_token_reaching(msp, token_id)
    tokens_services.revoke_token(actor=actor(request), token=token)
    messages.success(
        request, _("The token %(name)s opens nothing any more.") % {"name": token.name}
    )
    return redirect(reverse("portal:msp-tokens", args=[msp.id]))


def _create(request: HttpRequest) -> tuple[object, str]:
    data = request.POST
    limited = data.get("reach") == "some"
    return tokens_services.create_token(
        actor=actor(request),
        name=data.get("name", ""),
        token_rights=data.getlist("right"),
        tenant_ids=_ids(data) if limited else None,
        days=_days(data),
        networks=data.get("networks", "").replace(",", " ").split(),
    )


def _days(data: QueryDict) -> int:
    text = data.get("days", "")
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Invalid("Choose how long the token lasts.", code="token-lifetime")
    return int(text)


def _ids(data: QueryDict) -> list[UUID]:
    try:
        return [UUID(text) for text in data.getlist("tenant")]
    except ValueError:
        raise Invalid("Choose tenants from the list.", code="token-tenants") from None
