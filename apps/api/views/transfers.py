"""Putting a snapshot of one tenant into another of the same MSP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access import selectors as access
from apps.access.rights import REQUEST_RECOVERY
from apps.api.base import TenantView
from apps.api.links import accepted
from apps.api.operations import listing, operation
from apps.api.serializers import transfers as shapes
from apps.api.serializers.history import Job as JobShape
from apps.recovery.transfer import drilling, selectors, services
from apps.recovery.transfer.models import Transfer
from apps.tenants.models import Tenant


class _TransferView(TenantView):
    def source(self, asked: Mapping[str, Any]) -> Tenant:
        """The other tenant, if the caller may recover that as well."""
        limits = self.caller.limits
        return access.access_tenant(
            self.person, asked["source_id"], REQUEST_RECOVERY, limits=limits
        )

    def answer(self, made: Transfer) -> Response:
        shown = shapes.Transfer(selectors.access_transfer(self.tenant, made.pk)).data
        return accepted(shown, "transfer", self.tenant, transfer_id=made.pk)


class Transfers(_TransferView):
    rights = {"GET": REQUEST_RECOVERY, "POST": REQUEST_RECOVERY}
    ordering = ("-requested_at", "-id")

    @listing("list_transfers", "Recovery", shapes.Transfer)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """What was put into this tenant from others, newest first."""
        return self.page(selectors.transfers(self.tenant), shapes.Transfer)

    @operation("create_transfer", "Recovery", shapes.Transfer, body=shapes.TransferBody, status=202)
    def post(self, request: Request, tenant_id: UUID) -> Response:
        """Have it looked at what of another tenant's snapshot would go into this one. Nothing is
        written to either."""
        wanted = self.body(shapes.TransferBody)
        made = services.prepare(
            actor=self.actor,
            tenant=self.tenant,
            source=self.source(wanted),
            seq=wanted["source_seq"],
            domains=wanted["domains"],
            kinds=wanted["kinds"],
            as_cloud=wanted["as_cloud"],
            reason=wanted["reason"],
        )
        return self.answer(made)


class OneTransfer(_TransferView):
    rights = {"GET": REQUEST_RECOVERY}

    @operation("get_transfer", "Recovery", shapes.Transfer)
    def get(self, request: Request, tenant_id: UUID, transfer_id: UUID) -> Response:
        """One transfer: how far it is, and what goes across."""
        return Response(shapes.Transfer(selectors.access_transfer(self.tenant, transfer_id)).data)


class TransferBringing(_TransferView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("bring_transfer", "Recovery", shapes.Transfer, status=202)
    def post(self, request: Request, tenant_id: UUID, transfer_id: UUID) -> Response:
        """Compare the tenant with what was looked at. Nothing is written to it; plans are made from
        the report."""
        found = selectors.access_transfer(self.tenant, transfer_id)
        return self.answer(services.bring_over(actor=self.actor, transfer=found))


class TransferDrill(_TransferView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("keep_transfer_as_drill", "Recovery", JobShape, status=202)
    def post(self, request: Request, tenant_id: UUID, transfer_id: UUID) -> Response:
        """Keep a transfer that was recovered as a drill of the tenant that it comes from. The job's
        result names the drill."""
        found = selectors.access_transfer(self.tenant, transfer_id)
        job = drilling.ask_drill(actor=self.actor, transfer=found)
        return accepted(JobShape(job).data, "job", self.tenant, job_id=job.pk)
