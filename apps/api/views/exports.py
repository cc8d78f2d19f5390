"""Taking data out: asked for, written by a job, downloaded for as long as the file is kept."""

from __future__ import annotations

from uuid import UUID

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import EXPORT
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import listing, operation
from apps.api.serializers import exports as shapes
from apps.history import selectors as history
from apps.history.exporting import services


class Exports(TenantView):
    rights = {"GET": EXPORT, "POST": EXPORT}
    ordering = ("-requested_at", "-id")

    @listing("list_exports", "Exports", shapes.Export)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """What was taken out of the tenant's history, newest first."""
        return self.page(history.exports(self.tenant), shapes.Export)

    @operation("create_export", "Exports", shapes.Export, body=shapes.ExportBody, status=202)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Have a snapshot, a kind of it or one object written into a file.

        The answer's Location tells how far it is.
        """
        asked = self.body(shapes.ExportBody)
        wanted = services.wanted_of(
            self.tenant,
            seq=asked["snapshot"],
            form=asked["form"],
            kind=asked["kind"],
            object_id=asked["object_id"],
        )
        made = services.request_export(actor=self.actor, tenant=self.tenant, wanted=wanted)
        return accepted(shapes.Export(made).data, "export", self.tenant, export_id=made.pk)


class OneExport(TenantView):
    rights = {"GET": EXPORT}

    @operation("get_export", "Exports", shapes.Export)
    def get(self, request: Request, tenant_id: UUID, export_id: UUID) -> Response:
        """One export, and how far it is."""
        found = history.access_export(self.tenant, export_id)
        return Response(shapes.Export(found).data)


class ExportFile(TenantView):
    rights = {"GET": EXPORT}

    @extend_schema(
        operation_id="download_export",
        tags=["Exports"],
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request, tenant_id: UUID, export_id: UUID) -> StreamingHttpResponse:
        """The file of an export that is ready: a ZIP file, JSON or CSV. It is recorded."""
        given = services.download(actor=self.actor, tenant=self.tenant, export_id=export_id)
        headers = {"Content-Disposition": f'attachment; filename="{given.file_name}"'}
        return StreamingHttpResponse(given.parts, content_type=given.media_type, headers=headers)
