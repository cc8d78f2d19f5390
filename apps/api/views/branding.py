"""How an MSP shows itself, for programs that write in its name. Choosing it is for people."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.branding.selectors import branding_of
from apps.access.rights import VIEW_BACKUPS
from apps.api.msp import MSPView
from apps.api.operations import operation
from apps.api.serializers import branding as shapes


class Branding(MSPView):
    rights = {"GET": VIEW_BACKUPS}

    @operation("get_branding", "Branding", shapes.Branding)
    def get(self, request: Request, msp_id: UUID) -> Response:
        """What the MSP's pages, mails and documents look like."""
        return Response(shapes.Branding(branding_of(self.msp)).data)
