"""One recovery of many tenants: who is meant, what each of them would get, how it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.access import selectors as access
from apps.access.rights import APPROVE_RECOVERY, REQUEST_RECOVERY
from apps.core.errors import Invalid
from apps.core.languages.choosing import explained
from apps.core.scope import msp_scope
from apps.portal.doors import actor, msp_page, person
from apps.recovery.choices import RequestState
from apps.recovery.sweeps import selectors, services
from apps.recovery.sweeps.selectors import Standing
from apps.recovery.sweeps.services import Outcome
from apps.tenants.models import MSP, Tenant

SWEEPS = 50


@msp_page(REQUEST_RECOVERY)
def sweeps(request: HttpRequest, msp: MSP) -> HttpResponse:
    """All of them, and the form for another one."""
    with _scope_of(request, msp) as reached:
        context = {
            "section": "runs",
            "msp": msp,
            "tenants": reached,
            "page": Paginator(selectors.sweeps(msp), SWEEPS).get_page(request.GET.get("page")),
        }
        return render(request, "portal/sweeps.html", context)


@msp_page(REQUEST_RECOVERY, method="POST")
def start_sweep(request: HttpRequest, msp: MSP) -> HttpResponse:
    """Have the chosen tenants looked through."""
    chosen = set(request.POST.getlist("tenant"))
    with _scope_of(request, msp) as reached:
        within = [one.pk for one in reached if str(one.pk) in chosen]
        made = services.start_sweep(
            actor=actor(request),
            msp=msp,
            tenants=list(Tenant.objects.filter(pk__in=within).order_by("name", "id")),
            who=request.POST.get("whose", ""),
            since=_moment(request, "since"),
            until=_moment(request, "until"),
            reason=request.POST.get("reason", ""),
            remove_created=bool(request.POST.get("remove_created")),
        )
    return redirect("portal:sweep", msp.pk, made.pk)


@msp_page(REQUEST_RECOVERY)
def sweep(request: HttpRequest, msp: MSP, sweep_id: UUID) -> HttpResponse:
    """Every tenant of a sweep and how far it is; live while something moves."""
    with _scope_of(request, msp):
        found = selectors.access_sweep(msp, sweep_id)
        rows = selectors.standings(found)
        mine = person(request).pk
        context = {
            "section": "runs",
            "msp": msp,
            "sweep": found,
            "rows": rows,
            "tallies": Counter(row.words for row in rows).items(),
            "is_moving": any(row.is_moving for row in rows),
            "to_ask": [row for row in rows if row.may_be_asked],
            "to_approve": [row for row in rows if _waits_for(row, mine)],
            "rights": access.rights_on_msp(mine, msp),
        }
        is_part = request.headers.get("HX-Request") == "true"
        template = "portal/parts/sweep_live.html" if is_part else "portal/sweep.html"
        return render(request, template, context)


@msp_page(REQUEST_RECOVERY, method="POST")
def put_sweep_forward(request: HttpRequest, msp: MSP, sweep_id: UUID) -> HttpResponse:
    """Ask for the recovery of the chosen tenants, each under its own plan's digest."""
    chosen = set(request.POST.getlist("tenant"))
    with _scope_of(request, msp):
        found = selectors.access_sweep(msp, sweep_id)
        members = [
            row.member
            for row in selectors.standings(found)
            if row.may_be_asked and str(row.member.tenant_id) in chosen
        ]
        outcomes = services.put_forward(actor=actor(request), sweep=found, members=members)
    return _told(request, msp, sweep_id, outcomes, "asked for")


@msp_page(APPROVE_RECOVERY, method="POST", step_up=True)
def approve_sweep(request: HttpRequest, msp: MSP, sweep_id: UUID) -> HttpResponse:
    """Another person's yes to each of the chosen plans, by the digests that were on the page."""
    with _scope_of(request, msp):
        found = selectors.access_sweep(msp, sweep_id)
        asked = [row.request for row in selectors.standings(found) if row.request]
        digests = dict(_digests(request))
        reason = request.POST.get("reason", "").strip()
        outcomes = services.approve_together(
            actor=actor(request), requests=asked, digests=digests, reason=reason
        )
    return _told(request, msp, sweep_id, outcomes, "approved")


@contextmanager
def _scope_of(request: HttpRequest, msp: MSP) -> Iterator[list[access.Named]]:
    """The MSP's tenants, inside the scope of all of them."""
    reached = access.reached_by(person(request), REQUEST_RECOVERY).named
    tenants = [one for one in reached if one.msp_id == msp.pk]
    with msp_scope({tenant.pk: msp.pk for tenant in tenants}, whole_msps={msp.pk}):
        yield tenants


def _waits_for(row: Standing, user_id: UUID) -> bool:
    """Whether this person may be the second one. The rules of the tenant are asked when he is."""
    asked = row.request
    return (
        asked is not None
        and asked.state == RequestState.WAITING
        and asked.requested_by_id != user_id
    )


def _digests(request: HttpRequest) -> Iterator[tuple[UUID, bytes]]:
    """What the boxes of the page say: request:digest."""
    for value in request.POST.getlist("request"):
        request_id, _, digest = value.partition(":")
        try:
            yield UUID(request_id), bytes.fromhex(digest)
        except ValueError:
            continue


def _moment(request: HttpRequest, name: str) -> datetime:
    """A time of the form, in the reader's zone."""
    try:
        found = parse_datetime(request.POST.get(name, ""))
    except ValueError:
        found = None
    if found is None:
        raise Invalid("Say from when to when.", todo="Give both as a date and a time.")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _told(
    request: HttpRequest, msp: MSP, sweep_id: UUID, outcomes: list[Outcome], done: str
) -> HttpResponse:
    """Back to the sweep, with what went well and why the rest did not."""
    good = sum(one.error is None for one in outcomes)
    if good:
        messages.success(request, f"{good} of {len(outcomes)} recoveries {done}.")
    for one in outcomes:
        if one.error is not None:
            messages.error(request, f"{one.tenant.name}: {explained(one.error)}")
    if not outcomes:
        messages.info(request, _("No tenant was chosen."))
    return redirect(reverse("portal:sweep", args=[msp.pk, sweep_id]))
