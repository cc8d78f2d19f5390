"""A workshop whose tenant has Microsoft's own recovery, and somebody of its own who may use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from apps.connect import clients, signing_in
from apps.core import clock
from apps.history.models import Snapshot
from apps.jobs import services as jobs
from apps.jobs.context import Progress
from apps.jobs.models import Job
from apps.recovery.choices import PoliciesAs
from apps.recovery.models import NativeRun, Plan, Run
from apps.recovery.native.letting import SCOPE, let_begin
from apps.recovery.native.points import NativePoint, read_points
from apps.recovery.selection import Selection
from apps.tenants.models import AppRegistration
from tests.factories import actor_of
from tests.recovery.workshop import Workshop

# So many of Microsoft's seconds pass in one of ours: data is loaded within a tenth.
FAST = 36_000
DAY = 24 * 3600


@dataclass
class Scene:
    """administrator: a Global Administrator of the tenant."""

    workshop: Workshop
    administrator: dict[str, Any]

    @property
    def point(self) -> NativePoint:
        """Microsoft's newest."""
        client = clients.graph_client(self.workshop.tenant, "recovery")
        try:
            return read_points(client)[0]
        finally:
            client.close()

    def plan(self, base: Snapshot, selection: Selection) -> Plan:
        chosen = replace(selection, native=self.point.id)
        report = self.workshop.report(base)
        return self.workshop.plan(report, chosen, PoliciesAs.AS_THEY_WERE)

    def sign_in(self, run: Run, user: str = "") -> Run:
        """Somebody of the tenant signs in at Microsoft, and the run goes on."""
        address, flow = signing_in.begin(run.tenant, SCOPE)
        answer = self.answer_to(address, user or self.administrator["id"])
        given = signing_in.finish(run.tenant, flow, answer)
        return let_begin(actor=actor_of(self.workshop.alice), run=run, given=given)

    def answer_to(self, address: str, user: str) -> dict[str, str]:
        """What Entra adds to the address that it sends the person's browser back to."""
        with requests.Session() as browser:
            fields = {"user": user, "decision": "accept"}
            given = browser.post(address, data=fields, allow_redirects=False, timeout=60)
            if "signed_in" in given.text:
                mark = given.text.split('name="signed_in" value="')[1].split('"')[0]
                again = {"decision": "accept", "signed_in": mark}
                given = browser.post(address, data=again, allow_redirects=False, timeout=60)
            assert given.is_redirect, given.text[:2000]
            return dict(parse_qsl(urlsplit(given.headers["Location"]).query))

    def run(self, plan: Plan) -> Run:
        """Approved, signed in for, and worked to its end."""
        run = self.begin(plan)
        return self.work(self.sign_in(run))

    def begin(self, plan: Plan) -> Run:
        """Approved, and at the point where somebody has to sign in."""
        return self.work(self.workshop.approve(plan))

    def work(self, run: Run) -> Run:
        """Look after it until Microsoft is done with it, as workers do once a minute."""
        run.refresh_from_db()
        job = self.look(run)
        while not job.finished:
            run.refresh_from_db()
            job = self.look(run)
        run.refresh_from_db()
        return run

    def look(self, run: Run, on_progress: Callable[[Progress], None] | None = None) -> Job:
        """One look of a worker's at the run, whenever it would be due."""
        Job.objects.filter(pk=run.job_id).update(run_after=clock.now())
        return jobs.run_here(Job.objects.get(pk=run.job_id), on_progress=on_progress)

    def pass_days(self, days: int) -> None:
        """Until Microsoft has taken another snapshot."""
        control = self.workshop.sandbox.control
        control("POST", "/clock", {"advance_seconds": days * DAY})
        self.workshop.sandbox.tokens.clear()

    def native(self, run: Run) -> NativeRun:
        return NativeRun.objects.get(run=run)


def scene_in(workshop: Workshop) -> Scene:
    """Register where people are sent back to, and let Microsoft's clock run fast."""
    sandbox = workshop.sandbox
    registration = AppRegistration.objects.get(msp=workshop.tenant.msp, purpose="recovery")
    home = sandbox.lab["home_tenant"]
    found = sandbox.graph(
        "GET", f"/applications(appId='{registration.client_id}')?$select=id", tenant=home
    ).json()
    changed = sandbox.graph(
        "PATCH",
        f"/applications/{found['id']}",
        {"web": {"redirectUris": [signing_in.redirect_uri()]}},
        tenant=home,
    )
    assert changed.ok, changed.text
    sandbox.control("POST", "/weather", {"time_scale": FAST})
    users = [one for one in sandbox.overview["users"] if one["tenant"] == workshop.entra]
    administrator = next(one for one in users if "Global Administrator" in one["roles"])
    return Scene(workshop, administrator)
