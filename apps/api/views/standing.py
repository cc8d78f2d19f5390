"""How a tenant stands beside its backups: who keeps it open, who may do what, whether its history
is whole. Everything here only reads: naming accounts and giving roles is for people."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.people_selectors import standings
from apps.access.rights import VIEW_BACKUPS, VIEW_PEOPLE
from apps.api.base import TenantView
from apps.api.operations import listing, operation
from apps.api.serializers import standing as shapes
from apps.history.coverage import coverage
from apps.history.models import Verification
from apps.history.selectors import latest_snapshot
from apps.recovery.guards import break_glass


class BreakGlassAccounts(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("list_break_glass_accounts", "Tenants", shapes.BreakGlassAccounts)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """The accounts that the tenant keeps for emergencies, and whether they would work."""
        found = break_glass.accounts_of(self.tenant)
        if found:
            self.look("break-glass accounts", "")
        warnings = break_glass.general_warnings(found)
        return Response(shapes.BreakGlassAccounts({"results": found, "warnings": warnings}).data)


class Coverage(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_coverage", "Snapshots", shapes.Coverage)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """What of each kind is backed up, what can be put back, and why the rest cannot."""
        newest = latest_snapshot(self.tenant)
        found = {"snapshot": newest.seq if newest else None, "results": coverage(newest)}
        return Response(shapes.Coverage(found).data)


class Verifications(TenantView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("-ended_at", "-id")

    @listing("list_verifications", "Snapshots", shapes.Verification)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """What verifications of the tenant's history found, newest first."""
        return self.page(Verification.objects.filter(tenant=self.tenant), shapes.Verification)


class People(TenantView):
    rights = {"GET": VIEW_PEOPLE}

    @operation("list_people", "Tenants", shapes.PeopleHere)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """Everybody who may do something with the tenant, and through which roles, by name."""
        return Response(shapes.PeopleHere({"results": standings(self.tenant)}).data)
