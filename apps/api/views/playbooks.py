"""An MSP's own playbooks: saved filters of what is brought back together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY
from apps.api.msp import MSPView
from apps.api.operations import operation
from apps.api.serializers import playbooks as shapes
from apps.api.serializers.common import Nothing
from apps.api.serializers.planning import PlaybookShape
from apps.core.errors import NotFound
from apps.recovery.models import Playbook
from apps.recovery.playbooks import selectors, services
from apps.recovery.playbooks.filters import Filter

TAG = "Recovery"


class _PlaybookView(MSPView):
    rights = {"POST": REQUEST_RECOVERY}

    def saved(self, playbook: Playbook | None = None) -> dict[str, Any]:
        """What was sent, kept as a new playbook or in place of this one, as it is shown."""
        wanted = self.body(shapes.NewPlaybookBody)
        made = services.save_playbook(
            actor=self.actor,
            msp=self.msp,
            name=wanted["name"],
            description=wanted["description"],
            wanted=_filter(wanted),
            playbook=playbook,
        )
        return _shown(self.msp.pk, made.pk)


class Playbooks(_PlaybookView):
    @operation("create_playbook", TAG, PlaybookShape, body=shapes.NewPlaybookBody, status=201)
    def post(self, request: Request, msp_id: UUID) -> Response:
        """Save a playbook for all of the MSP's tenants."""
        return Response(self.saved(), status=201)


class PlaybookChange(_PlaybookView):
    @operation("change_playbook", TAG, PlaybookShape, body=shapes.NewPlaybookBody)
    def post(self, request: Request, msp_id: UUID, playbook_id: UUID) -> Response:
        """Put another filter in a playbook's place. Plans made with it keep what it said."""
        return Response(self.saved(selectors.access_playbook(self.msp, playbook_id)))


class PlaybookRemoval(_PlaybookView):
    @operation("remove_playbook", TAG, PlaybookShape, body=Nothing)
    def post(self, request: Request, msp_id: UUID, playbook_id: UUID) -> Response:
        """Remove a playbook; the answer is what it was. Plans made with it stay as they are."""
        self.body(Nothing)
        found = selectors.access_playbook(self.msp, playbook_id)
        shown = _shown(self.msp.pk, found.pk)
        services.remove_playbook(actor=self.actor, playbook=found)
        return Response(shown)


def _filter(wanted: Mapping[str, Any]) -> Filter:
    """Raises Invalid for a filter that cannot be."""
    return Filter(
        name=wanted["name"],
        kinds=frozenset(wanted["kinds"]),
        asks_for=wanted["asks_for"],
        refers_to=frozenset(wanted["refers_to"]),
        referred_by=frozenset(wanted["referred_by"]),
        links=wanted["links"],
        links_to=wanted["links_to"],
        steps=wanted["steps"],
    )


def _shown(msp_id: UUID, playbook_id: UUID) -> dict[str, Any]:
    for one in selectors.offered(msp_id):
        if one.key == str(playbook_id):
            return dict(PlaybookShape(one).data)
    raise NotFound("There is no such playbook.", code="no-such-playbook")
