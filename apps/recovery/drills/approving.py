"""The approval of a rehearsal's plan, by the rule of drills and by nobody in particular.

A recovery of a customer's tenant takes two people. A rehearsal cannot touch one: the place proves
it right before the plan is approved and again before it runs, the database lets a request be
approved by rule in a rehearsal alone, and the trail of the real tenant says that it was the rule.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.recovery.choices import RequestState
from apps.recovery.confirming import high_risks
from apps.recovery.drills.models import Drill
from apps.recovery.drills.places import Place
from apps.recovery.drills.standing_in import in_rehearsal
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.tenants.models import Tenant

REASON: Final = "Rehearsal of a recovery"
_GOOD_FOR: Final = timedelta(days=1)


def approve_by_rule(drill: Drill, place: Place, plan: Plan, requested_by: UUID) -> Run:
    """Put the plan forward and approve it in one, pinned to its digest; its run, which no worker
    gets. In the scope of the real tenant. Raises Conflict when the place cannot prove itself."""
    place.prove()
    with transaction.atomic():
        _record(drill, place.tenant, plan)
        with in_rehearsal(place.tenant):
            return _approved(place.tenant, plan, requested_by)


def _approved(stand_in: Tenant, plan: Plan, requested_by: UUID) -> Run:
    now = clock.now()
    request = RecoveryRequest(
        tenant=stand_in,
        plan=plan,
        digest=bytes(plan.digest),
        state=RequestState.APPROVED,
        reason=REASON,
        requested_by_id=requested_by,
        requested_at=now,
        expires_at=now + _GOOD_FOR,
        decided_at=now,
        by_rule=True,
    )
    request.save(force_insert=True)
    return Run.objects.create(tenant=stand_in, request=request, queued_at=now)


def _record(drill: Drill, stand_in: Tenant, plan: Plan) -> None:
    """Say in the real tenant's trail what was approved, where it goes, and by what."""
    tenant = drill.tenant
    audit.record(
        actor=SYSTEM,
        event="drill.approved_by_rule",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "drill_id": str(drill.pk),
            "rehearsal_id": str(stand_in.pk),
            "cloud": stand_in.cloud,
            "digest": plan.digest_hex,
            "requests": plan.counts["requests"],
            "risks": " ".join(one.key for one in high_risks(plan)),
        },
    )
