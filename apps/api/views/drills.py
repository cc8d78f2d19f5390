"""Rehearsals of recoveries: starting one, how they went, and their evidence."""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import MANAGE_RETENTION, REQUEST_RECOVERY, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import DOCUMENT, listing, operation
from apps.api.serializers import drills as shapes
from apps.api.serializers.undoing import DocumentQuery
from apps.history import selectors as history
from apps.recovery.drills import selectors, services
from apps.recovery.drills.documents import take_evidence


class Drills(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": REQUEST_RECOVERY}
    ordering = ("-requested_at", "-id")

    @listing("list_drills", "Recovery", shapes.Drill)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's drills, newest first."""
        return self.page(selectors.drills(self.tenant), shapes.Drill)

    @operation("create_drill", "Recovery", shapes.Drill, body=shapes.DrillBody, status=202)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Have a recovery of a snapshot rehearsed in a sandbox. The tenant is not touched."""
        wanted = self.body(shapes.DrillBody)
        seq = wanted["snapshot"]
        made = services.start_drill(
            actor=self.actor,
            tenant=self.tenant,
            snapshot=history.snapshot_at(self.tenant, seq) if seq else None,
            scenario_name=wanted["scenario"],
        )
        return accepted(shapes.Drill(made).data, "drill", self.tenant, drill_id=made.pk)


class OneDrill(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_drill", "Recovery", shapes.Drill)
    def get(self, request: Request, tenant_id: UUID, drill_id: UUID) -> Response:
        """One drill: how far it is, or how it went."""
        return Response(shapes.Drill(selectors.access_drill(self.tenant, drill_id)).data)


class DrillCancellation(TenantView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("cancel_drill", "Recovery", shapes.Drill, status=202)
    def post(self, request: Request, tenant_id: UUID, drill_id: UUID) -> Response:
        """Ask a drill to stop."""
        found = selectors.access_drill(self.tenant, drill_id)
        services.cancel_drill(actor=self.actor, drill=found)
        shown = shapes.Drill(selectors.access_drill(self.tenant, drill_id)).data
        return accepted(shown, "drill", self.tenant, drill_id=found.pk)


class DrillEvidence(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    query = DocumentQuery

    @extend_schema(
        operation_id="get_drill_evidence",
        tags=["Recovery"],
        parameters=[DocumentQuery],
        responses=DOCUMENT,
    )
    def get(self, request: Request, tenant_id: UUID, drill_id: UUID) -> StreamingHttpResponse:
        """The evidence of an ended drill as a signed file, JSON or PDF. It is recorded."""
        drill = selectors.access_drill(self.tenant, drill_id)
        made = take_evidence(actor=self.actor, drill=drill, form=self.parameters()["form"])
        headers = {"Content-Disposition": f'attachment; filename="{made.file_name}"'}
        return StreamingHttpResponse(made.parts, content_type=made.media_type, headers=headers)


class DrillSchedule(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": MANAGE_RETENTION}

    @operation("get_drill_schedule", "Recovery", shapes.DrillSchedule)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """When the tenant's drills come by themselves."""
        return Response(shapes.DrillSchedule(selectors.schedule_of(self.tenant)).data)

    @operation(
        "set_drill_schedule", "Recovery", shapes.DrillSchedule, body=shapes.DrillScheduleBody
    )
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Say when the tenant's drills come by themselves."""
        wanted = self.body(shapes.DrillScheduleBody)
        made = services.set_drill_schedule(
            actor=self.actor,
            tenant=self.tenant,
            interval=wanted["interval"],
            scenario_name=wanted["scenario"],
        )
        return Response(shapes.DrillSchedule(made).data)
