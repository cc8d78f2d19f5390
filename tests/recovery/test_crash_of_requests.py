"""A worker is killed while it asks for what Graph lets nobody write: nothing is asked for twice."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest

from apps.recovery.choices import RunState
from apps.recovery.models import Run, Step
from apps.recovery.selection import Selection
from tests.recovery.dying import Death, give_back, work_and_die
from tests.recovery.mutations import MUTATIONS, Hand
from tests.recovery.mutations_of_governance import OF_GOVERNANCE
from tests.recovery.mutations_of_trust import OF_TRUST
from tests.recovery.test_crash import finish, job_of
from tests.recovery.workshop import Workshop, bad_results, changes_of

# What is put back by a request about it, or by a POST that cannot be sent twice; with the number
# that decides what a hand touches. First what goes, so that nothing is added to what went.
DAMAGE = (
    ("end_eligibility", 0),
    ("change_eligibility", 1),
    ("put_out_of_eligibility", 0),
    ("prolong_assignment", 0),
    ("drop_catalog", 0),
    ("drop_definitions", 0),
    ("empty_workflow", 1),
    ("make_eligible", 6),
    ("let_in_by_eligibility", 7),
    ("let_in_by_assignment", 8),
)
GROUPS = "/identityGovernance/privilegedAccess/group"
ENTITLEMENTS = "/identityGovernance/entitlementManagement"
# What the damage above has to make a plan post.
ASKED = {
    "/roleManagement/directory/roleEligibilityScheduleRequests",
    f"{GROUPS}/eligibilityScheduleRequests",
    f"{GROUPS}/assignmentScheduleRequests",
    f"{ENTITLEMENTS}/catalogs",
    f"{ENTITLEMENTS}/resourceRequests",
    f"{ENTITLEMENTS}/accessPackages",
    f"{ENTITLEMENTS}/accessPackages/*/resourceRoleScopes",
    f"{ENTITLEMENTS}/assignmentPolicies",
    "/identityGovernance/accessReviews/definitions",
    "/identityGovernance/lifecycleWorkflows/workflows/*/createNewVersion",
}
EVERYTHING = Selection(everything=True, remove_created=True)
SORTS = MUTATIONS | OF_GOVERNANCE | OF_TRUST
DEATHS = list(Death)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|\{[a-z]+\}")


def posts_of(run: Run) -> Counter[str]:
    """What the plan is to send once each, by address, whoever it is about."""
    steps = Step.objects.filter(plan=run.request.plan).exclude(sealed=None)
    requests = [step.unseal()["request"] for step in steps]
    return Counter(shape(one["path"]) for one in requests if one["method"] == "POST")


def shape(path: str) -> str:
    return ID.sub("*", path)


def taken(log: Path) -> Iterator[str]:
    """The addresses of what a recovery posted and Graph took."""
    for line in log.read_text().splitlines():
        call = json.loads(line)
        posted = call.get("method") == "POST" and 200 <= int(call.get("status", 0)) < 300
        if posted and call["app_name"] == "Holdfast recovery":
            path = shape(str(call["path"]).partition("/")[2].partition("/")[2])
            if path != "$batch":
                yield f"/{path}"


def damaged(workshop: Workshop) -> tuple[Run, Counter[str], Counter[str]]:
    """A run that puts back what only requests put back, what it is to post, and what others did."""
    base = workshop.capture()
    for name, number in DAMAGE:
        SORTS[name](Hand(workshop, number))
    run = workshop.approve(workshop.plan(workshop.report(base), EVERYTHING))
    wanted = posts_of(run)
    # The log goes on from test to test; what is there by now another run posted.
    before = Counter(taken(workshop.sandbox.request_log))
    assert wanted.keys() >= ASKED, ASKED - wanted.keys()
    return run, wanted, before


def assert_asked_once(
    workshop: Workshop, run: Run, wanted: Counter[str], before: Counter[str]
) -> None:
    run.refresh_from_db()
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    # None twice; what another step brought about already is not asked for, and nothing is missing.
    sent = Counter(taken(workshop.sandbox.request_log)) - before
    assert not sent - wanted, sent - wanted
    assert sent.keys() >= ASKED, ASKED - sent.keys()
    report = workshop.report(run.request.plan.report.base)
    assert changes_of(report) == []


def test_what_is_asked_for_is_asked_once_though_workers_die(shared_workshop: Workshop) -> None:
    run, wanted, before = damaged(shared_workshop)

    # when each worker is stopped a little later in the journal than the one before
    deaths = 0
    for death, number in zip(cycle(DEATHS), range(2, 60, 4), strict=False):
        work_and_die(job_of(run), at=number, death=death)
        run.refresh_from_db()
        if run.is_finished:
            break
        deaths += 1
        give_back(job_of(run))

    assert deaths >= len(DEATHS)
    assert_asked_once(shared_workshop, run, wanted, before)


@pytest.mark.nightly
@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("at", range(1, 41))
def test_a_worker_may_die_before_and_after_each_of_them(
    shared_workshop: Workshop, at: int, death: Death
) -> None:
    run, wanted, before = damaged(shared_workshop)

    work_and_die(job_of(run), at=at, death=death)
    run.refresh_from_db()
    if not run.is_finished:
        finish(run)

    assert_asked_once(shared_workshop, run, wanted, before)
