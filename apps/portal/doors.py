"""How a page is reached: signed in, through a right, inside the scope of what it shows.

No view asks for rows itself: it gets the tenant that the door let it have, and runs, template
included, inside that tenant's scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.access import selectors
from apps.access.models import User
from apps.access.rights import VIEW_BACKUPS, VIEW_PEOPLE
from apps.access.signin import step_up as confirmation
from apps.audit.middleware import request_id
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, Unavailable
from apps.core.languages.choosing import explained
from apps.core.scope import tenant_scope
from apps.entra.errors import EntraError
from apps.history.selectors.bodies import reading_often
from apps.portal import branding
from apps.tenants.models import MSP, Tenant

P = ParamSpec("P")
TenantView = Callable[Concatenate[HttpRequest, Tenant, P], HttpResponse]
MSPView = Callable[Concatenate[HttpRequest, MSP, P], HttpResponse]
View = Callable[..., HttpResponse]

# What a person can mend stays on the page he came from; what is not his is an error page.
MENDABLE = (Conflict, Invalid, Unavailable, EntraError)
# Where a request keeps what its door found out.
_RIGHTS = "rights_on_tenant"


def person(request: HttpRequest) -> User:
    """The signed-in person; only behind a door."""
    return cast(User, request.user)


def rights_here(request: HttpRequest) -> frozenset[str]:
    """All that the person may do with the tenant of this page; only behind tenant_page."""
    return cast(frozenset[str], getattr(request, _RIGHTS))


def actor(request: HttpRequest) -> Actor:
    """The signed-in person as the one who acts, with where the request came from."""
    return person(request).as_actor(
        address=request.META.get("REMOTE_ADDR", ""), request_id=request_id(request), via="portal"
    )


def tenant_page(
    right: str = VIEW_BACKUPS, *, method: str = "GET", step_up: bool = False
) -> Callable[[TenantView[P]], View]:
    """A page of one tenant. The view gets the Tenant in place of the address's tenant id.

    404 for a tenant that is not the person's, 403 for one where the role lacks `right`. step_up:
    whoever has not proved lately who he is is sent to do so, and nothing is done.
    """

    def decorate(view: TenantView[P]) -> View:
        @wraps(view)
        def door(request: HttpRequest, tenant_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            tenant, held = selectors.enter_tenant(person(request), tenant_id, right)
            setattr(request, _RIGHTS, held)
            branding.is_about(request, tenant.msp_id)
            if step_up and method != "GET" and not confirmation.is_recent(request):
                return confirmation.ask(request, default=f"/tenants/{tenant.id}/")
            with tenant_scope(tenant.id), reading_often():
                if method == "GET":
                    return view(request, tenant, *args, **kwargs)
                return _act(request, tenant, view, *args, **kwargs)

        return login_required(require_http_methods([method])(door))

    return decorate


def msp_page(
    right: str = VIEW_PEOPLE, *, method: str = "GET", step_up: bool = False
) -> Callable[[MSPView[P]], View]:
    """A page of one MSP. The view gets the MSP in place of the address's id.

    404 for an MSP on which the person has no right as a whole, 403 where the role lacks `right`.
    """

    def decorate(view: MSPView[P]) -> View:
        @wraps(view)
        def door(request: HttpRequest, msp_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            msp = selectors.access_msp(person(request), msp_id, right)
            branding.is_about(request, msp.pk)
            if step_up and method != "GET" and not confirmation.is_recent(request):
                return confirmation.ask(request, default="/people/")
            if method == "GET":
                return view(request, msp, *args, **kwargs)
            return mended(request, "/people/", lambda: view(request, msp, *args, **kwargs))

        return login_required(require_http_methods([method])(door))

    return decorate


def mended(request: HttpRequest, default: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what changes something; a refusal is told on the page one came from."""
    try:
        return act()
    except MENDABLE as error:
        messages.error(request, explained(error))
        return redirect(came_from(request, default=default))


def step_up(view: View) -> View:
    """A page outside the tenants that asks for a fresh proof before anything is sent from it."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "GET" and not confirmation.is_recent(request):
            return confirmation.ask(request)
        return view(request, *args, **kwargs)

    return login_required(door)


def _act(
    request: HttpRequest, tenant: Tenant, view: TenantView[P], *args: P.args, **kwargs: P.kwargs
) -> HttpResponse:
    """Run a view that changes something on a tenant."""
    default = f"/tenants/{tenant.id}/"
    return mended(request, default, lambda: view(request, tenant, *args, **kwargs))


def overview_page(view: View) -> View:
    """A page over all tenants that the person may see; it runs in the scope of exactly those. The
    view gets them as apps.access.selectors.Reached."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reached = selectors.reached_by(person(request))
        with reached.scope():
            return view(request, reached, *args, **kwargs)

    return login_required(require_http_methods(["GET"])(door))


def came_from(request: HttpRequest, *, default: str) -> str:
    """The path in the form's `back` field if it is one of ours, else `default`."""
    back = request.POST.get("back", "")
    # Only a path on this site: "//host" and "/\host" would lead away.
    is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if is_ours else default
