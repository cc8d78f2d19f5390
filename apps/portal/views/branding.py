"""How an MSP shows itself: its settings, and what pages fetch of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Final
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from apps.access.branding import services
from apps.access.branding.selectors import branding_of
from apps.access.branding.services import LOOK, Look
from apps.access.rights import MANAGE_TENANT
from apps.access.selectors import access_msp
from apps.access.signin import step_up as confirmation
from apps.core import digests
from apps.core.errors import HoldfastError, Invalid
from apps.portal import branding, uploads
from apps.portal.doors import MENDABLE, actor, msp_page, person, step_up
from apps.tenants.branding import colours
from apps.tenants.branding.brands import Brand, logo_file, msp_by_sign_in_name, shown
from apps.tenants.branding.logos import MOST_BYTES, MOST_PIXELS
from apps.tenants.models import MSP

_A_DAY: Final = 24 * 60 * 60
_A_YEAR: Final = 365 * _A_DAY


@login_not_required
@require_GET
def sign_in_of(request: HttpRequest, name: str) -> HttpResponse:
    """An MSP's own sign-in page. A name that nobody chose leads to Holdfast's, and so does that of
    an MSP that chose none: from outside the two are the same."""
    msp_id = msp_by_sign_in_name(name.lower())
    if msp_id is not None:
        request.session[branding.CAME_THROUGH] = str(msp_id)
    elif branding.CAME_THROUGH in request.session:
        del request.session[branding.CAME_THROUGH]
    return redirect("account_login")


@login_not_required
@require_safe
def brand_colours(request: HttpRequest, colour: str) -> HttpResponse:
    """The stylesheet of a colour; it follows from the colour alone and tells nothing else."""
    text = colours.stylesheet(colours.parse(colour))
    return _kept(request, text.encode(), "text/css; charset=utf-8", _A_DAY)


@login_not_required
@require_safe
def brand_logo(request: HttpRequest, logo_id: UUID) -> HttpResponse:
    """A logo, which never changes under its id."""
    file = logo_file(logo_id)
    if file is None:
        raise Http404("no such logo")
    return _kept(request, file, "image/png", _A_YEAR)


def _kept(request: HttpRequest, body: bytes, media_type: str, seconds: int) -> HttpResponse:
    """What browsers may keep and need not load again. It is nobody's own."""
    answer = HttpResponse(body, content_type=media_type)
    answer["Cache-Control"] = f"public, max-age={seconds}, immutable"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["ETag"] = etag = f'"{digests.sha256(body).hex()[:32]}"'
    found = get_conditional_response(request, etag=etag, response=answer)
    return found if isinstance(found, HttpResponse) else answer


@step_up
@require_http_methods(["GET", "POST"])
def msp_branding(request: HttpRequest, msp_id: UUID) -> HttpResponse:
    """What the MSP chose, how it looks, and the forms that change it."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    branding.is_about(request, msp.pk)
    if request.method == "GET":
        return _page(request, msp, services.look_of(branding_of(msp)))
    look = _look_in(request.POST)
    try:
        if request.POST.get("what") == "look":
            return _page(request, msp, services.checked(look), is_tried=True)
        services.set_branding(actor=actor(request), msp=msp, look=look)
    except MENDABLE as error:
        return _page(request, msp, look, error=error)
    messages.success(request, _("Saved. Your pages and mails look like this from now on."))
    return redirect("portal:branding", msp.pk)


@msp_page(MANAGE_TENANT, method="POST", step_up=True)
def set_logo(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Take the logo that was sent, or take the one there is away."""
    if request.POST.get("what") == "remove":
        services.remove_logo(actor=actor(request), msp=msp)
        messages.success(request, _("The logo was removed."))
        return redirect("portal:branding", msp.pk)
    file = request.FILES.get("file")
    if file is None:
        raise _no_file(request)
    services.set_logo(actor=actor(request), msp=msp, file=file.read(MOST_BYTES + 1))
    messages.success(request, _("This is your logo now."))
    return redirect("portal:branding", msp.pk)


def _no_file(request: HttpRequest) -> Invalid:
    if getattr(request, uploads.TOO_LARGE, False):
        words, code = f"The file has more than {MOST_BYTES // 1024} KiB.", "logo-too-large"
    else:
        words, code = "Choose the file of the logo first.", "no-file"
    return Invalid(words, code=code, safe="Nothing was changed.")


def _look_in(form: QueryDict) -> Look:
    return Look(**{name: form.get(name, "") for name in LOOK})


def _page(
    request: HttpRequest,
    msp: MSP,
    look: Look,
    *,
    is_tried: bool = False,
    error: HoldfastError | None = None,
) -> HttpResponse:
    """The page itself is shown as it would look, where a look is tried."""
    row = branding_of(msp)
    now = shown(row, msp.name)
    context = {
        "section": "people",
        "msp": msp,
        "form": asdict(look),
        "colour": look.colour or colours.HOLDFASTS,
        "now": _tried(now, look) if is_tried else now,
        "is_tried": is_tried,
        "error": error,
        "most": MOST_BYTES,
        "most_pixels": MOST_PIXELS,
        "sign_in_url": _sign_in_url(row.sign_in_name),
        # A file that waited for a proof of who one is would have to be sent twice.
        "proved": confirmation.is_recent(request),
    }
    if is_tried:
        context["brand"] = context["now"]
    return render(request, "portal/branding.html", context, status=400 if error else 200)


def _sign_in_url(name: str) -> str:
    path = reverse("portal:sign-in-of", args=[name]) if name else ""
    return urljoin(str(settings.HOLDFAST_BASE_URL), path) if path else ""


def _tried(now: Brand, look: Look) -> Brand:
    values = asdict(look)
    del values["sign_in_name"]
    values["portal_name"] = look.portal_name or Brand().portal_name
    return replace(now, **values)
