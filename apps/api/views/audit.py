"""The audit trail of a tenant, for whoever collects trails."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import VIEW_AUDIT
from apps.access.veils import veils_for_person
from apps.api.base import TenantView
from apps.api.operations import listing
from apps.api.serializers import audit as shapes
from apps.audit.searching import Reach, visible
from apps.audit.selectors import read


class AuditTrail(TenantView):
    rights = {"GET": VIEW_AUDIT}
    ordering = ("-number",)

    @listing("list_audit", "Audit", shapes.Entry)
    def get(self, request: Request, tenant_id: UUID) -> Response:
        """What was done with the tenant, by whom and from where, newest first."""
        self.look("audit trail", "")
        rows = visible(Reach(frozenset({self.tenant.pk})))
        veils = veils_for_person(self.person, [self.tenant])
        return self.page(rows, shapes.Entry, view=partial(read, veils=veils))
