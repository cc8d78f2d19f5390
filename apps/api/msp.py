"""Operations about an MSP as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.access import rights, selectors
from apps.api.base import ApiView, checked
from apps.api.parsing import Strict
from apps.core.scope import msp_scope
from apps.tenants.models import MSP


class MSPView(ApiView):
    """About the MSP of the address: `msp`, inside the scope of its tenants that the token reaches,
    `within`. A token that is limited to some tenants has nothing on an MSP as a whole."""

    msp: MSP
    within: frozenset[UUID]

    def enter(self, right: str) -> None:
        self.msp = selectors.access_msp(self.person, self.kwargs["msp_id"], right)
        rights.require_on_msp(self.actor, right, self.msp)
        reached = selectors.tenants_of(self.person, right, limits=self.caller.limits)
        self.within = frozenset(reached.filter(msp=self.msp).values_list("pk", flat=True))
        msps = dict.fromkeys(self.within, self.msp.pk)
        self.scopes.enter_context(msp_scope(msps, whole_msps={self.msp.pk}))

    def body(self, serializer: type[Strict]) -> Mapping[str, Any]:
        """What was sent, checked. Raises ValidationError."""
        return checked(serializer, self.request.data)
