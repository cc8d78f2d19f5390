"""Schedule and retention. Nothing here approves what shortens: people do, in the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import MANAGE_RETENTION, TAKE_BACKUPS, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.msp import MSPView
from apps.api.operations import listing, operation
from apps.api.serializers import history as history_shapes
from apps.api.serializers import retention as shapes
from apps.core.errors import Invalid, NotFound
from apps.history import selectors as history
from apps.history import services as history_services
from apps.history.cadence import objectives
from apps.history.cadence import services as cadence
from apps.history.models import Cadence, KeepTemplate
from apps.history.retention import changes, holds, pins, selectors, templates
from apps.history.retention.agreed import Agreed
from apps.history.retention.previews import preview
from apps.history.retention.rules import KeepRules
from apps.history.retention.selectors import Picture
from apps.tenants import selectors as tenants
from apps.tenants.models import Tenant
from apps.tenants.schedules import schedule_of

PAGE = 100


class Schedule(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": MANAGE_RETENTION}

    @operation("get_schedule", "Schedule and retention", shapes.ScheduleShown)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """When the tenant is captured, and whether its recovery point is as fresh as agreed."""
        return Response(shapes.ScheduleShown(_schedule(self.tenant)).data)

    @operation("set_schedule", "Schedule and retention", shapes.ScheduleShown, body=shapes.Schedule)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Say when the tenant is captured."""
        wanted = schedule_of(self.body(shapes.Schedule))
        cadence.set_schedule(actor=self.actor, tenant=self.tenant, schedule=wanted)
        return Response(shapes.ScheduleShown(_schedule(self.tenant)).data)


class Retention(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_retention", "Schedule and retention", shapes.Retention)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """What keeps the tenant's snapshots."""
        picture = Picture(self.tenant)
        shown = {
            "rules": picture.now.rules,
            "template_id": picture.now.template_id,
            "time_zone": picture.now.time_zone,
            "on_hold": picture.hold is not None,
            "to_be_removed": selectors.removals(self.tenant).count(),
        }
        return Response(shapes.Retention(shown).data)


class KeepTemplates(MSPView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("name", "id")

    @listing("list_keep_templates", "Schedule and retention", shapes.KeepTemplate)
    def get(self, request: Request, msp_id: UUID) -> Response:
        """The MSP's keep templates, by name. Making and changing them is for people."""
        return self.page(templates.templates(self.msp), shapes.KeepTemplate)


class RetentionPreview(TenantView):
    rights = {"POST": VIEW_BACKUPS}

    @operation(
        "preview_retention", "Schedule and retention", shapes.Preview, body=shapes.PreviewBody
    )
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """What other rules would let go. Nothing is changed."""
        wanted = self.body(shapes.PreviewBody)
        picture = Picture(self.tenant)
        seen = preview(picture, _after(self.tenant, picture.now, wanted))
        rest = [one for one in seen.going if one.snapshot.seq > wanted["after"]]
        page = rest[:PAGE]
        shown = {
            **seen.plain(),
            "shortens": seen.shortens,
            "going": page,
            "next_after": page[-1].snapshot.seq if len(rest) > PAGE else None,
        }
        return Response(shapes.Preview(shown).data)


class RetentionChanges(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": MANAGE_RETENTION}
    ordering = ("-requested_at", "-id")

    @listing("list_retention_changes", "Schedule and retention", shapes.RetentionChange)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """Changes of the tenant's retention, newest first."""
        return self.page(selectors.changes(self.tenant), shapes.RetentionChange)

    @operation(
        "create_retention_change",
        "Schedule and retention",
        shapes.RetentionChange,
        body=shapes.RetentionChangeBody,
        status=201,
    )
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Change what keeps the tenant's snapshots. What shortens waits for a second person."""
        wanted = self.body(shapes.RetentionChangeBody)
        template = _template(self.tenant, wanted.get("template"))
        made = changes.change_retention(
            actor=self.actor,
            tenant=self.tenant,
            template=template,
            rules=_rules(wanted),
            reason=wanted["reason"],
        )
        found = selectors.access_change(self.tenant, made.pk)
        return Response(shapes.RetentionChange(found).data, status=201)


class Pins(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": MANAGE_RETENTION}
    ordering = ("-pinned_at", "-id")

    @listing("list_pins", "Schedule and retention", shapes.Pin)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """Every pin there was, newest first."""
        return self.page(selectors.pins(self.tenant), shapes.Pin)

    @operation("create_pin", "Schedule and retention", shapes.Pin, body=shapes.PinBody, status=201)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Keep a snapshot until two people let it go."""
        wanted = self.body(shapes.PinBody)
        pin = pins.pin_snapshot(
            actor=self.actor,
            tenant=self.tenant,
            snapshot=history.snapshot_at(self.tenant, wanted["seq"]),
            reason=wanted["reason"],
        )
        return Response(shapes.Pin(selectors.access_pin(self.tenant, pin.pk)).data, status=201)


class PinRelease(TenantView):
    rights = {"POST": MANAGE_RETENTION}

    @operation("ask_pin_release", "Schedule and retention", shapes.Pin, body=shapes.Reason)
    def post(self, request: Request, tenant_id: UUID, pin_id: UUID) -> Response:
        """Ask a second person to let a pin go."""
        pin = selectors.access_pin(self.tenant, pin_id)
        wanted = self.body(shapes.Reason)
        pins.ask_for_release(actor=self.actor, pin=pin, reason=wanted["reason"])
        return Response(shapes.Pin(selectors.access_pin(self.tenant, pin_id)).data)


class Holds(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": MANAGE_RETENTION}
    ordering = ("-begun_at", "-id")

    @listing("list_holds", "Schedule and retention", shapes.Hold)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """Every legal hold there was, newest first."""
        return self.page(selectors.holds(self.tenant), shapes.Hold)

    @operation("create_hold", "Schedule and retention", shapes.Hold, body=shapes.Reason, status=201)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Put the tenant on legal hold: nothing of its history goes."""
        wanted = self.body(shapes.Reason)
        hold = holds.begin_hold(actor=self.actor, tenant=self.tenant, reason=wanted["reason"])
        return Response(shapes.Hold(selectors.access_hold(self.tenant, hold.pk)).data, status=201)


class HoldEnd(TenantView):
    rights = {"POST": MANAGE_RETENTION}

    @operation("ask_hold_end", "Schedule and retention", shapes.Hold, body=shapes.Reason)
    def post(self, request: Request, tenant_id: UUID, hold_id: UUID) -> Response:
        """Ask a second person to end a hold."""
        hold = selectors.access_hold(self.tenant, hold_id)
        wanted = self.body(shapes.Reason)
        holds.ask_for_end(actor=self.actor, hold=hold, reason=wanted["reason"])
        return Response(shapes.Hold(selectors.access_hold(self.tenant, hold_id)).data)


class SnapshotStanding(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_snapshot_standing", "Schedule and retention", shapes.SnapshotStanding)
    def get(self, request: Request, tenant_id: UUID, seq: int) -> Response:
        """Why a snapshot stays, and when it would go."""
        standing = Picture(self.tenant).standing(seq)
        if standing is None:
            raise NotFound(f"There is no snapshot {seq} of this tenant.")
        return Response(shapes.SnapshotStanding(standing).data)


class BeforeChange(TenantView):
    rights = {"POST": TAKE_BACKUPS}

    @operation(
        "create_before_change",
        "Snapshots",
        history_shapes.Job,
        body=shapes.BeforeChangeBody,
        status=202,
    )
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Capture the tenant whole before it is changed. The answer is the job that does it."""
        wanted = self.body(shapes.BeforeChangeBody)
        job = history_services.snapshot_before_change(
            actor=self.actor, tenant=self.tenant, change=wanted["change"]
        )
        return accepted(history_shapes.Job(job).data, "job", self.tenant, job_id=job.pk)


def _schedule(tenant: Tenant) -> dict[str, Any]:
    policy = tenants.backup_policy(tenant)
    due = Cadence.objects.filter(tenant=tenant).first()
    return {
        **policy.schedule.plain(),
        "next_full_at": due.full_at if due else None,
        "next_delta_at": due.delta_at if due else None,
        "recovery_point": objectives.freshness([policy])[tenant.pk],
    }


def _after(tenant: Tenant, now: Agreed, wanted: Mapping[str, Any]) -> Agreed:
    template, rules = _template(tenant, wanted.get("template")), _rules(wanted)
    if template is not None and rules is not None:
        raise Invalid("Either a template or rules of its own.", code="template-or-rules")
    if template is not None:
        rules = KeepRules.from_plain(template.rules)
        return replace(now, rules=rules, template_id=template.pk)
    return replace(now, rules=rules, template_id=None) if rules else now


def _template(tenant: Tenant, template_id: UUID | None) -> KeepTemplate | None:
    if template_id is None:
        return None
    found = KeepTemplate.objects.filter(pk=template_id, msp_id=tenant.msp_id).first()
    if found is None:
        raise Invalid("There is no such template.", code="no-such-template")
    return found


def _rules(wanted: Mapping[str, Any]) -> KeepRules | None:
    return KeepRules.from_plain(dict(wanted["rules"])) if "rules" in wanted else None
