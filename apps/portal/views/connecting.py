"""Connect a customer's tenant: the consent link, Microsoft's answer, the connection's health."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.access import selectors as access
from apps.access.rights import MANAGE_TENANT
from apps.connect import services as connect
from apps.core.errors import HoldfastError, Invalid, NotAllowed, NotFound
from apps.portal.doors import MENDABLE, actor, person, rights_here, tenant_page
from apps.tenants import selectors as tenants
from apps.tenants.choices import Cloud, Purpose
from apps.tenants.models import Connection, Tenant


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Add a customer by domain or tenant id; the answer is the link for its administrator."""
    msps = list(access.msps_of(person(request), MANAGE_TENANT))
    if not msps:
        raise NotAllowed(
            "Only a Tenant Manager of a whole MSP can add customers.",
            todo="Ask somebody who has that role.",
        )
    context = {"section": "tenants", "msps": msps, "clouds": Cloud.choices, "form": request.POST}
    if request.method == "GET":
        return render(request, "portal/add_tenant.html", context)
    msp = next((msp for msp in msps if str(msp.id) == request.POST.get("msp")), None)
    try:
        if msp is None:
            raise Invalid("Choose the MSP that looks after this customer.")
        link = connect.add_customer(
            actor=actor(request),
            msp=msp,
            name=request.POST.get("name", "").strip(),
            domain_or_tenant_id=request.POST.get("tenant", "").strip(),
            cloud=request.POST.get("cloud", Cloud.GLOBAL),
            mail_to=request.POST.get("mail_to", "").strip(),
        )
    except MENDABLE as error:
        return render(request, "portal/add_tenant.html", {**context, "error": error}, status=400)
    return render(request, "portal/consent_link.html", {**context, "link": link})


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Where Microsoft's consent page returns to. The customer's administrator has no login here.

    Nothing in the address is believed but the state, which finds what was asked; the connection is
    proved with a token of our own.
    """
    context: dict[str, object] = {}
    try:
        context["connection"] = connect.finish_consent(
            state=request.GET.get("state", ""), params=request.GET.dict()
        )
    except HoldfastError as error:
        context["error"] = error
    status = 400 if "error" in context else 200
    return render(request, "portal/consent_done.html", context, status=status)


@tenant_page()
def connection(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """How the tenant's connections stand, and what each missing permission means."""
    connections = tenants.connections(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "connections": [(one, connect.kept_back(one)) for one in connections],
        "purposes": Purpose.choices,
        "rights": rights_here(request),
        **_writers(request, tenant, connections),
    }
    return render(request, "portal/connection.html", context)


def _writers(
    request: HttpRequest, tenant: Tenant, connections: Iterable[Connection]
) -> dict[str, object]:
    """The applications that write, and for whoever manages the whole MSP those to be finished."""
    of_recovery = [one for one in connections if one.registration.purpose == Purpose.RECOVERY]
    manages = access.msps_of(person(request), MANAGE_TENANT).filter(pk=tenant.msp_id).exists()
    unfinished = tenants.unfinished_registrations(
        tenant.msp, cloud=tenant.cloud, purpose=Purpose.RECOVERY
    )
    return {
        "writers": sum(one.works for one in of_recovery),
        "unfinished": list(unfinished) if manages else [],
        "manages_msp": manages,
    }


@tenant_page(MANAGE_TENANT, method="POST")
def add_writer(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Make the certificate for a further application that writes."""
    connect.add_writer(actor=actor(request), tenant=tenant, name=request.POST.get("name", ""))
    messages.success(request, _("The certificate is made. Upload it to the application in Entra."))
    return redirect(reverse("portal:connection", args=[tenant.id]))


@tenant_page(MANAGE_TENANT, method="POST")
def finish_writer(request: HttpRequest, tenant: Tenant, registration_id: UUID) -> HttpResponse:
    """Enter the client id of an application that has its certificate."""
    rows = tenants.unfinished_registrations(
        tenant.msp, cloud=tenant.cloud, purpose=Purpose.RECOVERY
    )
    found = rows.filter(pk=registration_id).first()
    if found is None:
        raise NotFound("There is no such application.", code="no-such-application")
    connect.complete_application(
        actor=actor(request), registration=found, client_id=_client_id(request)
    )
    messages.success(request, _("Now make a consent link for recoveries and have it opened."))
    return redirect(reverse("portal:connection", args=[tenant.id]))


def _client_id(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("client_id", "").strip())
    except ValueError:
        raise Invalid(
            "That is no client id.", todo="Copy the Application (client) ID from Entra."
        ) from None


@tenant_page(MANAGE_TENANT, method="POST")
def consent(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """A new consent link: for recovery, or again after consent was revoked."""
    purpose = request.POST.get("purpose", Purpose.BACKUP)
    link = connect.consent_link(actor=actor(request), tenant=tenant, purpose=purpose)
    context = {"section": "tenants", "tenant": tenant, "link": link}
    return render(request, "portal/consent_link.html", context)


@tenant_page(MANAGE_TENANT, method="POST")
def check(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Try every connection now."""
    connect.check_health(actor=actor(request), tenant=tenant)
    messages.success(request, _("The connections were checked just now."))
    return redirect(reverse("portal:connection", args=[tenant.id]))
