"""A plan of very many steps, each piece of work in a process of its own.

To be called as python -m apps.demo.bench.planning_scene WORK JSON.

`fill` makes up a tenant in which as much changed between two snapshots; `measure` plans to bring
all of it back and reads the first page of that plan. What was measured is the last line that each
prints. `all` does both on a fresh installation in HOLDFAST_VAR. Imports wait for Django to be set
up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import django

if TYPE_CHECKING:
    from apps.entra.catalogue import Kind
    from apps.entra.reading import ReadBatch
    from apps.tenants.models import Tenant

STEPS = 100_000
# Of five steps four write an attribute back, and one takes a member out of a group.
_PEOPLE = 0.8
_PAGE = 999
_GROUP = "0c8f9a34-6f0e-4a4e-9f62-2b1d5a1f7c11"
_MODULE = "apps.demo.bench.planning_scene"


def fill(*, steps: int = STEPS) -> dict[str, str]:
    """An active tenant with two snapshots and a complete report between them; its ids."""
    from apps.core.scope import tenant_scope
    from apps.diffs import services as diffs
    from apps.diffs.models import DifferenceReport
    from apps.jobs import selectors
    from apps.jobs import services as jobs

    tenant, user = _customer()
    with tenant_scope(tenant.pk):
        base, target = (_captured(tenant, steps, day) for day in (0, 1))
        report = diffs.request_report(
            actor=user.as_actor(), tenant=tenant, base=base, target=target, here=True
        )
        if report.job_id is None:
            raise RuntimeError("no job was made")
        jobs.run_here(selectors.job(report.job_id))
        made = DifferenceReport.objects.get(pk=report.pk)
    return {"tenant": str(tenant.pk), "user": str(user.pk), "report": str(made.pk)}


def measure(*, tenant: str, user: str, report: str) -> dict[str, Any]:
    """Plan everything in a report; then the first page of the plan, as the portal reads it."""
    from uuid import UUID

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from apps.access.models import User
    from apps.core.scope import tenant_scope
    from apps.demo.bench.spending import spending
    from apps.diffs.models import DifferenceReport
    from apps.recovery import selectors, services
    from apps.recovery.selection import Selection

    with tenant_scope(UUID(tenant)):
        found = DifferenceReport.objects.select_related("tenant__msp", "base", "target")
        with spending() as figures:
            plan = services.make_plan(
                actor=User.objects.get(pk=user).as_actor(),
                report=found.get(pk=report),
                selection=Selection(everything=True, remove_created=True),
            )
        with CaptureQueriesContext(connection) as asked:
            began = time.monotonic()
            kept = selectors.access_plan(found.get(pk=report).tenant, plan.pk)
            selectors.step_views(kept, selectors.steps(kept))
            page = time.monotonic() - began
    return {
        **figures,
        "changes": plan.counts["objects"] + plan.counts["links"],
        "steps": sum(plan.counts["actions"].values()),
        "writes": plan.counts["requests"],
        "first_page_s": round(page, 3),
        "first_page_queries": len(asked),
    }


def _customer() -> tuple[Tenant, Any]:
    from apps.access import services as access
    from apps.core.actor import SYSTEM
    from apps.core.scope import no_scope
    from apps.tenants import services as tenants

    name = f"planning-{uuid4().hex[:8]}"
    with no_scope("the benchmark fills an empty installation"):
        msp = tenants.create_msp(actor=SYSTEM, name=f"MSP of {name}")
        entra_id = uuid4()
        tenant = tenants.add_tenant(
            actor=SYSTEM,
            msp=msp,
            name=name,
            cloud="sandbox",
            domain=f"{name}.example",
            entra_id=entra_id,
        )
        tenants.activate_tenant(actor=SYSTEM, tenant=tenant, entra_id=entra_id)
        tenant.refresh_from_db()
        user = access.create_user(
            actor=SYSTEM,
            name="Planner",
            email=f"{name}@msp.example",
            on=msp,
            password=uuid4().hex,
        )
        access.grant_role(actor=SYSTEM, user=user, role="backup-administrator", msp=msp)
    return tenant, user


def _captured(tenant: Tenant, steps: int, day: int) -> Any:
    from apps.core.actor import SYSTEM
    from apps.history import services
    from apps.history.selectors import latest_snapshot

    services.capture(
        actor=SYSTEM, tenant=tenant, mode="full", reason="benchmark", source=_source(steps, day)
    )
    newest = latest_snapshot(tenant)
    if newest is None:
        raise RuntimeError("the capture made no snapshot")
    return newest


def _source(steps: int, day: int) -> Any:
    """People who all moved on the second day, when some came into a group as well."""
    from apps.demo.bench.history.people import person
    from apps.demo.bench.history.sources import Days
    from apps.entra.catalogue import kind as catalogued
    from apps.entra.catalogue import normalise
    from apps.entra.reading import ObservedLink, ObservedObject, ReadBatch

    people = int(steps * _PEOPLE)
    of = catalogued("group")
    group = normalise(of, {"id": _GROUP, "displayName": "News"}, version=of.version)

    class Moved(Days):
        """The same ids on both days."""

        def read(self, kind: Kind, *, cursor: str | None, first_read: bool) -> Iterator[ReadBatch]:
            if kind.name != "group":
                yield from super().read(kind, cursor=None, first_read=first_read)
                return
            yield ReadBatch("group", (ObservedObject(_GROUP, group),))
            yield from self._members()
            done = (("group.members", _GROUP),)
            yield ReadBatch("group", link_sets_complete=done, whole=True)

        def _members(self) -> Iterator[ReadBatch]:
            members = range(steps - people) if day else ()
            for start in range(0, len(members), _PAGE):
                ids = (person(number)["id"] for number in members[start : start + _PAGE])
                links = tuple(ObservedLink("group.members", _GROUP, one) for one in ids)
                yield ReadBatch("group", links=links)

    made = Moved(people, people if day else None)
    made.day = day
    return made


def run_all(*, steps: int = STEPS) -> dict[str, Any]:
    """Fill and measure, each in a process of its own, on the installation of HOLDFAST_VAR."""
    from django.core.management import call_command

    from apps.demo.installation import database_url

    call_command("migrate", database="owner", verbosity=0, skip_checks=True)
    environment = {
        **os.environ,
        "DATABASE_URL": database_url("default"),
        "DATABASE_OWNER_URL": database_url("owner"),
        "HOLDFAST_SANDBOX_URL": "http://localhost:9",
    }
    return _alone(environment, "measure", _alone(environment, "fill", {"steps": steps}))


def _alone(environment: dict[str, str], work: str, said: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", _MODULE, work, json.dumps(said)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


WORK = {"fill": fill, "measure": measure, "all": run_all}


def main() -> None:
    django.setup()
    print(json.dumps(WORK[sys.argv[1]](**json.loads(sys.argv[2]))))


if __name__ == "__main__":
    main()
