"""Schedule and retention of one tenant: what is agreed, what comes of it, and the preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access import selectors as access
from apps.access.rights import MANAGE_RETENTION, TAKE_BACKUPS
from apps.core.errors import Invalid
from apps.core.languages.choosing import explained
from apps.history import services as history_services
from apps.history.cadence import objectives, times
from apps.history.cadence import services as cadence
from apps.history.models import KeepTemplate
from apps.history.retention import changes
from apps.history.retention.agreed import Agreed, grace
from apps.history.retention.previews import preview
from apps.history.retention.selectors import Picture
from apps.portal import keeping_calendar
from apps.portal.doors import actor, person, rights_here, tenant_page
from apps.portal.retention_forms import RulesForm, ScheduleForm, chosen, rules_fields
from apps.tenants import selectors as tenants
from apps.tenants.models import Tenant
from apps.tenants.schedules import WEEKDAYS, Blackout

PAGE = 50
GAPS = 10
CHANGES = 20


@tenant_page()
def retention(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """When it is captured, how long snapshots stay, and what is to go."""
    picture = Picture(tenant)
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "me": person(request).pk,
        "picture": picture,
        "grace_days": grace().days,
        **_of_schedule(tenant, picture),
        **_of_keeping(request, tenant, picture),
    }
    return render(request, "portal/retention.html", context)


def _of_schedule(tenant: Tenant, picture: Picture) -> dict[str, Any]:
    related = ("tenant__cadence", "tenant__recovery_point", "tenant__msp")
    policy = tenants.backup_policy(tenant, related=related)
    # The page names it.
    tenant.msp = policy.tenant.msp
    schedule = policy.schedule
    reached = getattr(policy.tenant, "recovery_point", None)
    newest = picture.taken[-1].taken_at if picture.taken else None
    reached_at = reached.reached_at if reached else newest
    return {
        "schedule": schedule,
        "schedule_form": ScheduleForm.of(schedule),
        "due": getattr(policy.tenant, "cadence", None),
        "widest_gap": times.widest_gap(schedule),
        "point": objectives.fresh(tenant.pk, policy.objective, reached_at, tenant.created_at),
        "gaps": objectives.gaps(tenant)[:GAPS],
        "weekdays": list(enumerate(WEEKDAYS)),
    }


def _of_keeping(request: HttpRequest, tenant: Tenant, picture: Picture) -> dict[str, Any]:
    standings = picture.standings()
    months = keeping_calendar.months(standings, picture.now.zone)
    page = Paginator(months, keeping_calendar.MONTHS).get_page(request.GET.get("page"))
    templates = list(KeepTemplate.objects.filter(msp_id=tenant.msp_id).order_by("name"))
    followed = picture.now.template_id
    return {
        "page": page,
        "legend": keeping_calendar.LEGEND,
        "snapshot_count": len(standings),
        "going": picture.removals[:PAGE],
        "going_count": len(picture.removals),
        "template": next((one for one in templates if one.pk == followed), None),
        "templates": templates,
        "template_page": _template_page(request, tenant),
        "rule_fields": rules_fields(picture.now.rules),
        "changes": picture.changes[:CHANGES],
        "pins": picture.pins,
        "holds": picture.holds[:CHANGES],
    }


def _template(what: Agreed) -> KeepTemplate | None:
    if what.template_id is None:
        return None
    return KeepTemplate.objects.filter(pk=what.template_id).first()


def _template_page(request: HttpRequest, tenant: Tenant) -> str:
    """Where the MSP's templates are, for whoever may open that page."""
    held = access.rights_on_msp(person(request).pk, tenant.msp_id)
    return reverse("portal:keep-templates", args=[tenant.msp_id]) if held else ""


@tenant_page()
def preview_retention(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """What other rules would let go, before anything is changed."""
    picture = Picture(tenant)
    form = RulesForm(request.GET)
    try:
        wanted = chosen(form, tenant, picture.now)
    except Invalid as error:
        messages.error(request, explained(error))
        return redirect("portal:retention", tenant.pk)
    seen = preview(picture, wanted)
    page = Paginator(seen.going, PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "tenants",
        "tenant": tenant,
        "rights": rights_here(request),
        "picture": picture,
        "wanted": wanted,
        "template": _template(wanted),
        "seen": seen,
        "removed": seen.removed,
        "page": page,
        "effective": timezone.now() + grace() if seen.shortens else None,
        "grace_days": grace().days,
        "sent": form.sent(),
    }
    return render(request, "portal/retention_preview.html", context)


@tenant_page(MANAGE_RETENTION, method="POST")
def change_retention(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Make the change that was previewed; one that shortens waits for somebody else."""
    wanted = chosen(RulesForm(request.POST), tenant, Picture(tenant).now)
    template = _template(wanted)
    change = changes.change_retention(
        actor=actor(request),
        tenant=tenant,
        template=template,
        rules=None if template else wanted.rules,
        reason=request.POST.get("reason", ""),
    )
    if change.shortens:
        messages.success(
            request, _("Somebody else has to approve this now. Until then nothing goes.")
        )
    else:
        messages.success(request, _("The rules are in force. Nothing goes earlier by them."))
    return redirect("portal:retention", tenant.pk)


@tenant_page(MANAGE_RETENTION, method="POST")
def set_schedule(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """When the tenant is captured, and how old its recovery point may be."""
    standing = tenants.backup_policy(tenant).schedule
    schedule = ScheduleForm(request.POST).schedule(standing)
    cadence.set_schedule(actor=actor(request), tenant=tenant, schedule=schedule)
    messages.success(
        request, _("The schedule is set: %(schedule)s.") % {"schedule": schedule.words}
    )
    if schedule.time_zone != standing.time_zone:
        _tell_of_zone(request, tenant, schedule.time_zone)
    return redirect("portal:retention", tenant.pk)


def _tell_of_zone(request: HttpRequest, tenant: Tenant, time_zone: str) -> None:
    if Picture(tenant).now.time_zone != time_zone:
        text = "Days for keeping follow the time zone once somebody else has approved it."
        messages.info(request, text)


@tenant_page(MANAGE_RETENTION, method="POST")
def set_blackouts(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Add a blackout, or take one away."""
    standing = tenants.backup_policy(tenant).schedule
    blackouts = _blackouts(request, standing.blackouts)
    schedule = ScheduleForm.with_blackouts(standing, blackouts)
    cadence.set_schedule(actor=actor(request), tenant=tenant, schedule=schedule)
    messages.success(request, _("The blackouts are set."))
    return redirect("portal:retention", tenant.pk)


def _blackouts(request: HttpRequest, standing: tuple[Blackout, ...]) -> tuple[Blackout, ...]:
    number = request.POST.get("remove", "")
    if number.isdecimal():
        return tuple(one for place, one in enumerate(standing) if place != int(number))
    days = tuple(int(day) for day in request.POST.getlist("weekday") if day.isdecimal())
    hours = [request.POST.get(name, "") for name in ("begin", "end")]
    begin, end = (int(hour) if hour.isdecimal() else -1 for hour in hours)
    return (*standing, Blackout(days, begin, end))


@tenant_page(TAKE_BACKUPS, method="POST")
def capture_before_change(request: HttpRequest, tenant: Tenant) -> HttpResponse:
    """Capture the tenant whole before somebody changes it; the job's page shows how it goes."""
    change = request.POST.get("change", "")
    job = history_services.snapshot_before_change(
        actor=actor(request), tenant=tenant, change=change
    )
    return redirect("portal:job", tenant.pk, job.pk)
