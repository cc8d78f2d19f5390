"""Difference reports and their changes."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import MAKE_REPORTS, VIEW_BACKUPS
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import listing, operation
from apps.api.serializers import diffs as shapes
from apps.diffs import selectors as diffs
from apps.diffs import services as diffs_services
from apps.diffs.changes import Scope
from apps.diffs.models import ReportChange
from apps.history import selectors as history

# The query's parameter, and the field of diffs.selectors.Filters.
FILTERS = {
    "subject": "subjects",
    "change": "changes",
    "kind": "kinds",
    "recoverable": "recoverable",
    "risk": "risk",
    "object_id": "object_ids",
    "actor_id": "actors",
}


class Reports(TenantView):
    rights = {"GET": VIEW_BACKUPS, "POST": MAKE_REPORTS}
    ordering = ("-created_at", "-id")

    @listing("list_reports", "Reports", shapes.Report)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The tenant's difference reports, newest first."""
        return self.page(diffs.reports(self.tenant), shapes.Report)

    @operation("create_report", "Reports", shapes.Report, body=shapes.ReportBody, status=202)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Compare a snapshot with another, or with the tenant as it is now."""
        wanted = self.body(shapes.ReportBody)
        target = wanted["target"]
        report = diffs_services.request_report(
            actor=self.actor,
            tenant=self.tenant,
            base=history.snapshot_at(self.tenant, wanted["base"]),
            target=None if target is None else history.snapshot_at(self.tenant, target),
            scope=Scope(frozenset(wanted["kinds"]), frozenset(wanted["object_ids"])),
        )
        shown = shapes.Report(diffs.access_report(self.tenant, report.pk)).data
        return accepted(shown, "report", self.tenant, report_id=report.pk)


class OneReport(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_report", "Reports", shapes.Report)
    def get(self, request: Request, tenant_id: UUID, report_id: UUID) -> Response:
        """One difference report: its state, and how many changes of which sort it found."""
        return Response(shapes.Report(diffs.access_report(self.tenant, report_id)).data)


class Changes(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    query = shapes.ChangeQuery
    ordering = ("position",)

    @listing("list_changes", "Reports", shapes.Change, query=shapes.ChangeQuery)
    def get(self, request: Request, tenant_id: UUID, report_id: UUID) -> Response:
        """A report's changes in order, each with its values before and after."""
        report = diffs.access_report(self.tenant, report_id)
        self.look("difference report", report.pk)
        wanted = {FILTERS[name]: values for name, values in self.parameters().items()}
        rows = diffs.changes(report, diffs.Filters(**wanted)).select_related(
            "report__base", "report__target", "report__tenant"
        )
        # Names and values are in sealed bodies.
        opened = self.wants("label", "target_label", "attributes", "reason")
        return self.page(rows, shapes.Change, view=diffs.view if opened else _unopened)


def _unopened(rows: list[ReportChange]) -> list[dict[str, ReportChange]]:
    return [{"change": row} for row in rows]
