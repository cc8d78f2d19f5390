"""Who the token is, and the tenants it reaches."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import VIEW_BACKUPS
from apps.access.selectors import tenants_of
from apps.api.base import OverviewView, TenantView
from apps.api.operations import listing, operation
from apps.api.serializers import tenants as shapes
from apps.tenants import selectors
from apps.tenants.selectors import tagged_with


class Me(OverviewView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_me", "Token", shapes.Me)
    def get(self, request: Request) -> Response:
        """Whom the token acts for, and within which limits."""
        return Response(shapes.Me(self.caller).data)


class Tenants(OverviewView):
    rights = {"GET": VIEW_BACKUPS}
    ordering = ("name", "id")
    query = shapes.TenantQuery

    @listing("list_tenants", "Tenants", shapes.Tenant, query=shapes.TenantQuery)
    def get(self, request: Request) -> Response:
        """The tenants that the token reaches, by name."""
        rows = tenants_of(self.person, VIEW_BACKUPS, limits=self.caller.limits)
        if tags := self.parameters().get("tag"):
            rows = rows.filter(pk__in=tagged_with(tags))
        if self.wants("tags"):
            rows = rows.prefetch_related("tenant_tags__tag")
        return self.page(rows, shapes.Tenant)


class OneTenant(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_tenant", "Tenants", shapes.Tenant)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """One tenant."""
        return Response(shapes.Tenant(self.tenant).data)


class Connections(TenantView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("list_connections", "Tenants", shapes.Connections)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """How the tenant's connections stood when they were last checked."""
        return Response(shapes.Connections({"results": selectors.connections(self.tenant)}).data)
