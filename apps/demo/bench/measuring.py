"""One measured piece of work in a process of its own: python -m apps.demo.bench.measuring WORK JSON

Its figures are the last line it prints. Memory is only told honestly by a process that has done
nothing else before. Imports wait for Django to be set up.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

import django

Work: TypeAlias = Callable[..., dict[str, Any]]


def capture(*, tenant: str, mode: str, hurried: bool = False) -> dict[str, Any]:
    """A capture; the position it was sealed at and what was counted. hurried: without waiting for
    what the audit log says."""
    from apps.core.actor import SYSTEM
    from apps.demo.bench.spending import spending
    from apps.history import services
    from apps.history.selectors import object_count
    from apps.tenants.models import Tenant

    row = Tenant.objects.get(pk=tenant)
    with spending() as figures:
        result = services.capture(
            actor=SYSTEM, tenant=row, mode=mode, reason="benchmark", hurried=hurried
        )
    if result.snapshot is None:
        raise RuntimeError("the capture found nothing")
    return {
        **figures,
        "objects": object_count(result.snapshot),
        "changes": sum(result.counts.values()),
        "links": result.counts.get("links_added", 0) + result.counts.get("links_removed", 0),
        "complete": result.snapshot.complete,
        "seq": result.snapshot.seq,
    }


def difference(*, tenant: str, user: str, base: int, target: int) -> dict[str, Any]:
    """A difference report between two snapshots."""
    from apps.access.models import User
    from apps.demo.bench.spending import spending
    from apps.diffs import services
    from apps.history.selectors import snapshot_at
    from apps.tenants.models import Tenant

    row = Tenant.objects.get(pk=tenant)
    with spending() as figures:
        report = services.request_report(
            actor=User.objects.get(pk=user).as_actor(),
            tenant=row,
            base=snapshot_at(row, base),
            target=snapshot_at(row, target),
            here=True,
        )
        run_job_here(report.job_id)
    report.refresh_from_db()
    changes = sum(report.counts.get("objects", {}).values())
    links = sum(report.counts.get("links", {}).values())
    return {**figures, "changes": changes + links, "report": str(report.pk)}


def recovery(*, tenant: str, report: str, user: str, approver: str) -> dict[str, Any]:
    """Plan, request, approval and run of everything in a report."""
    from apps.access.models import User
    from apps.demo.bench.spending import spending
    from apps.diffs.models import DifferenceReport
    from apps.recovery import services
    from apps.recovery.choices import PoliciesAs
    from apps.recovery.confirming import high_risks
    from apps.recovery.models import Run
    from apps.recovery.selection import Selection

    requester = User.objects.get(pk=user).as_actor()
    made = DifferenceReport.objects.select_related("tenant__msp").get(pk=report)
    everything = Selection(
        everything=True, remove_created=True, policies_as=PoliciesAs.AS_THEY_WERE
    )
    with spending() as planning:
        plan = services.make_plan(actor=requester, report=made, selection=everything)
    asked = services.request_recovery(actor=requester, plan=plan, reason="benchmark")
    with spending() as figures:
        services.approve(
            actor=User.objects.get(pk=approver).as_actor(),
            request=asked,
            digest=bytes(plan.digest),
            confirmed=[one.key for one in high_risks(plan)],
            here=True,
        )
        run = Run.objects.get(request=asked)
        run_job_here(run.job_id)
    run.refresh_from_db()
    return {
        **figures,
        "run": str(run.pk),
        "state": run.state,
        "changes": run.counts["objects"] + run.counts["links"],
        "failures": run.counts["failures"] + run.counts["unverified"],
        "plan_seconds": planning["seconds"],
        "plan_cpu_s": planning["cpu_s"],
    }


def run_job_here(job_id: UUID | None) -> None:
    """Do a job that was kept from the workers, in this process."""
    from apps.jobs import selectors, services

    if job_id is None:
        raise RuntimeError("no job was made")
    services.run_here(selectors.job(job_id))


WORK: dict[str, Work] = {"capture": capture, "difference": difference, "recovery": recovery}


def main(works: Mapping[str, Work]) -> None:
    """Do one of the works as the command line says, inside the tenant's scope."""
    from apps.core.scope import tenant_scope

    django.setup()
    name, arguments = sys.argv[1], json.loads(sys.argv[2])
    with tenant_scope(UUID(arguments["tenant"])):
        print(json.dumps(works[name](**arguments)))


if __name__ == "__main__":
    main(WORK)
