"""The off-site stores of an MSP: which there are, how they protect, and what changes its own."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.access.rights import MANAGE_TENANT
from apps.access.selectors import access_msp
from apps.core.errors import HoldfastError, Invalid
from apps.history.choices import StoreLock
from apps.history.models import OffsiteStore
from apps.history.offsite import own_stores
from apps.portal import branding
from apps.portal.doors import MENDABLE, actor, msp_page, person, step_up
from apps.tenants.models import MSP

_FIELDS: Final = ("name", "region", "address", "lock", "lock_days")
_SECRETS: Final = ("access_key_id", "secret_access_key", "account_key", "sas_token")
_DAYS = 90


@step_up
@require_http_methods(["GET", "POST"])
def stores(request: HttpRequest, msp_id: UUID) -> HttpResponse:
    """The stores that take the MSP's tenants, and the form for another one of its own."""
    msp = access_msp(person(request), msp_id, MANAGE_TENANT)
    branding.is_about(request, msp.pk)
    if request.method == "GET":
        return _page(request, msp)
    try:
        added = own_stores.add_own_store(
            actor=actor(request),
            msp=msp,
            name=request.POST.get("name", ""),
            region=request.POST.get("region", ""),
            address=request.POST.get("address", ""),
            credentials=_secrets(request.POST),
            lock=request.POST.get("lock", ""),
            lock_days=_days(request.POST),
        )
    except MENDABLE as error:
        return _page(request, msp, error=error)
    messages.success(
        request,
        _("%(name)s takes copies from now on. %(said)s")
        % {"name": added.name, "said": added.protection},
    )
    return redirect("portal:msp-stores", msp.pk)


@msp_page(MANAGE_TENANT, method="POST", step_up=True)
def change_store(request: HttpRequest, msp: MSP, store_id: UUID) -> HttpResponse:
    """Ask a store of the MSP's own how it protects, switch it off or on, lock longer, or open it
    with other credentials."""
    found = own_stores.access_own_store(msp, store_id)
    messages.success(request, _changed(request, found))
    return redirect("portal:msp-stores", msp.pk)


def _changed(request: HttpRequest, found: OffsiteStore) -> str:
    """What was done, for whoever asked for it."""
    what, who = request.POST.get("what", ""), actor(request)
    if what == "test":
        return own_stores.try_own_store(actor=who, store=found)
    if what == "disable":
        own_stores.change_own_store(actor=who, store=found, enabled=False)
        return _("Nothing more is shipped there. What lies there stays.")
    if what == "enable":
        own_stores.change_own_store(actor=who, store=found, enabled=True)
    elif what == "lock":
        own_stores.change_own_store(actor=who, store=found, lock_days=_days(request.POST))
    elif what == "credentials":
        own_stores.change_own_store(actor=who, store=found, credentials=_secrets(request.POST))
    else:
        raise Invalid("Choose what to do with the store.", code="store-what")
    return _("The store was changed.")


def _page(request: HttpRequest, msp: MSP, error: HoldfastError | None = None) -> HttpResponse:
    """With an error, what was typed is there again, but for the secrets."""
    typed = request.POST if error else {"lock": StoreLock.COMPLIANCE, "lock_days": _DAYS}
    context = {
        "section": "people",
        "msp": msp,
        "stores": own_stores.stores_of(msp),
        "locks": StoreLock.choices,
        "form": {name: typed.get(name, "") for name in _FIELDS},
        "error": error,
    }
    return render(request, "portal/own_stores.html", context, status=400 if error else 200)


def _secrets(form: QueryDict) -> dict[str, str]:
    return {name: form.get(name, "").strip() for name in _SECRETS}


def _days(form: QueryDict) -> int:
    """No lock lasts no days, whatever stands in the field."""
    said = form.get("lock_days", "")
    if form.get("lock") == StoreLock.NONE:
        return 0
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 8 else 0
