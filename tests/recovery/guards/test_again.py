"""The guards at approval and right before the first write, against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from apps.core.errors import Conflict, Stale
from apps.jobs.models import Job
from apps.recovery import services
from apps.recovery.choices import JournalEvent, RequestState, RunState
from apps.recovery.confirming import high_risks
from apps.recovery.models import JournalEntry, Plan, RecoveryRequest, Run
from apps.recovery.selection import Selection
from apps.recovery.services import deciding
from apps.tenants.models import BreakGlassAccount
from tests.factories import actor_of
from tests.recovery.workshop import Workshop

POLICIES = "/identity/conditionalAccess/policies"


def emergency(workshop: Workshop) -> tuple[str, str]:
    """The group of exceptions, and one of its members."""
    path = "/groups?$filter=displayName eq 'CA Exclude - Emergency access'"
    group = workshop.first(path)["id"]
    return group, workshop.first(f"/groups/{group}/members?$select=id")["id"]


def writes_to(workshop: Workshop) -> list[str]:
    """Requests that wrote a policy since the sandbox started."""
    lines = workshop.sandbox.request_log.read_text().splitlines()
    return [one for one in lines if POLICIES in one and '"PATCH"' in one]


def locked_out_base(workshop: Workshop) -> Any:
    """A snapshot of the tenant after the lock-out; afterwards somebody has opened it again."""
    incident = {"tenant": workshop.entra}
    workshop.sandbox.control("POST", "/incidents/ca-lockout", incident)
    base = workshop.capture()
    for one in workshop.graph("GET", POLICIES)["value"]:
        if one["state"] == "enabled":
            workshop.graph("PATCH", f"{POLICIES}/{one['id']}", {"state": "disabled"})
    return base


def test_replaying_the_lock_out_is_refused_and_nothing_happens(workshop: Workshop) -> None:
    _, account = emergency(workshop)
    BreakGlassAccount.objects.create(tenant=workshop.tenant, object_id=account)
    base = locked_out_base(workshop)
    kinds = Selection(kinds=frozenset({"conditionalAccessPolicy"}))

    plan = workshop.plan(workshop.report(base), kinds)

    assert plan.is_blocked
    codes = {risk["code"] for risk in plan.risks}
    assert {"nobody-gets-in", "shut-out"} <= codes
    before = writes_to(workshop)
    with pytest.raises(Conflict, match="nobody at all could sign in"):
        workshop.approve(plan)
    assert not RecoveryRequest.objects.exists()
    assert not Job.objects.filter(kind="recovery").exists()
    assert writes_to(workshop) == before


def risky_plan(workshop: Workshop) -> tuple[Plan, str, str]:
    """A plan that puts a block with one exception back in force; the exception, its member."""
    group, account = emergency(workshop)
    BreakGlassAccount.objects.create(tenant=workshop.tenant, object_id=account)
    body = {
        "displayName": "Block all but some",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeGroups": [group]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    policy = workshop.graph("POST", POLICIES, body)["id"]
    base = workshop.capture()
    workshop.graph("PATCH", f"{POLICIES}/{policy}", {"state": "disabled"})
    return workshop.plan(workshop.report(base)), group, account


def test_a_run_stops_before_its_first_write_when_the_exception_has_gone(
    workshop: Workshop,
) -> None:
    plan, group, account = risky_plan(workshop)
    assert not plan.is_blocked
    run = approved(workshop, plan)
    workshop.graph("DELETE", f"/groups/{group}/members/{account}/$ref")
    before = writes_to(workshop)

    with pytest.raises(Stale, match="riskier"):
        workshop.work(run.job_id)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "shut out" in run.failure
    assert not JournalEntry.objects.filter(event=JournalEvent.INTENT).exists()
    assert writes_to(workshop) == before


def test_nobody_can_approve_what_has_become_riskier(workshop: Workshop) -> None:
    plan, group, account = risky_plan(workshop)
    request = services.request_recovery(
        actor=actor_of(workshop.alice), plan=plan, reason="as it was"
    )
    workshop.graph("DELETE", f"/groups/{group}/members/{account}/$ref")
    workshop.capture("delta")

    with pytest.raises(Stale) as refused:
        approve(workshop, request)

    assert refused.value.code == "plan-riskier"
    request.refresh_from_db()
    assert request.state == RequestState.WAITING
    assert not Run.objects.exists()


def approved(workshop: Workshop, plan: Plan) -> Run:
    request = services.request_recovery(
        actor=actor_of(workshop.alice), plan=plan, reason="as it was"
    )
    run = approve(workshop, request)
    assert run is not None
    return run


def approve(workshop: Workshop, request: RecoveryRequest) -> Run | None:
    return services.approve(
        actor=actor_of(workshop.dave),
        request=request,
        digest=bytes(request.plan.digest),
        confirmed=[one.key for one in high_risks(request.plan)],
    )


def test_a_very_large_plan_is_looked_over_by_its_run_alone(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a plan of more steps than an approver waits for, and an exception that has gone
    monkeypatch.setattr(deciding, "LOOKED_OVER_AT_ONCE", 0)
    plan, group, account = risky_plan(workshop)
    workshop.graph("DELETE", f"/groups/{group}/members/{account}/$ref")
    workshop.capture("delta")

    # when it is approved
    run = approved(workshop, plan)
    before = writes_to(workshop)
    with pytest.raises(Stale, match="riskier"):
        workshop.work(run.job_id)

    # then nothing of it is written
    assert writes_to(workshop) == before
    assert not JournalEntry.objects.filter(event=JournalEvent.INTENT).exists()
