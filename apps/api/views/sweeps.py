"""One recovery of many tenants. Nothing here approves: each tenant's request waits for people."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.rights import REQUEST_RECOVERY
from apps.api.msp import MSPView
from apps.api.operations import listing, operation
from apps.api.serializers import sweeps as shapes
from apps.core.errors import Invalid
from apps.recovery.models import Sweep
from apps.recovery.sweeps import selectors, services
from apps.tenants.models import Tenant

TAG = "Sweeps"


class _SweepView(MSPView):
    def shown(self, sweep_id: UUID) -> Sweep:
        """With its counts. Raises NotFound."""
        selectors.access_sweep(self.msp, sweep_id)
        return selectors.sweeps(self.msp).get(pk=sweep_id)

    def chosen(self, wanted: list[UUID]) -> list[Tenant]:
        """The tenants that were named. Raises Invalid for one that is not of this MSP."""
        within = self.within.intersection(wanted)
        found = list(Tenant.objects.filter(pk__in=within).order_by("name", "id"))
        if len(found) != len(set(wanted)):
            raise Invalid("A sweep is about tenants of one MSP.", code="not-of-this-msp")
        return found


class Sweeps(_SweepView):
    rights = {"GET": REQUEST_RECOVERY, "POST": REQUEST_RECOVERY}
    ordering = ("-created_at", "-id")

    @listing("list_sweeps", TAG, shapes.Sweep)
    def get(self, request: Request, msp_id: UUID) -> Response:
        """The MSP's sweeps, newest first."""
        return self.page(selectors.sweeps(self.msp), shapes.Sweep)

    @operation("create_sweep", TAG, shapes.Sweep, body=shapes.SweepBody, status=202)
    def post(self, request: Request, msp_id: UUID) -> Response:
        """Have each of the tenants read, and a plan made that takes back what somebody did there.

        Nothing is written to any tenant by this; its members say how far each is.
        """
        wanted = dict(self.body(shapes.SweepBody))
        tenants = self.chosen(wanted.pop("tenant_ids"))
        made = services.start_sweep(actor=self.actor, msp=self.msp, tenants=tenants, **wanted)
        where = reverse("api:sweep", kwargs={"msp_id": msp_id, "sweep_id": made.pk})
        shown = shapes.Sweep(self.shown(made.pk)).data
        return Response(shown, status=202, headers={"Location": where})


class OneSweep(_SweepView):
    rights = {"GET": REQUEST_RECOVERY}

    @operation("get_sweep", TAG, shapes.Sweep)
    def get(self, request: Request, msp_id: UUID, sweep_id: UUID) -> Response:
        """One sweep."""
        return Response(shapes.Sweep(self.shown(sweep_id)).data)


class SweepMembers(_SweepView):
    rights = {"GET": REQUEST_RECOVERY}

    @operation("list_sweep_members", TAG, shapes.SweepMembers)
    def get(self, request: Request, msp_id: UUID, sweep_id: UUID) -> Response:
        """Every tenant of a sweep by name, and how far it is."""
        found = selectors.access_sweep(self.msp, sweep_id)
        return Response(shapes.SweepMembers({"results": selectors.standings(found)}).data)


class SweepRequests(_SweepView):
    rights = {"POST": REQUEST_RECOVERY}

    @operation("request_sweep", TAG, shapes.SweepOutcomes, body=shapes.SweepAsking)
    def post(self, request: Request, msp_id: UUID, sweep_id: UUID) -> Response:
        """Put the plans of these tenants forward, each under its own digest and rules.

        What one tenant refuses stops no other; those without a plan are left out.
        """
        wanted = self.body(shapes.SweepAsking)
        found = selectors.access_sweep(self.msp, sweep_id)
        chosen = {tenant.pk for tenant in self.chosen(wanted["tenant_ids"])}
        members = [
            one.member
            for one in selectors.standings(found)
            if one.may_be_asked and one.member.tenant_id in chosen
        ]
        outcomes = services.put_forward(
            actor=self.actor, sweep=found, members=members, undo_hours=wanted["undo_hours"]
        )
        return Response(shapes.SweepOutcomes({"results": outcomes}).data)
