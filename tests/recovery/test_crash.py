"""A worker is killed in the middle of a run; the next one takes it up without writing twice."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from uuid import UUID

import pytest

from apps.history.models import Snapshot
from apps.recovery.choices import Action, PoliciesAs, RunState
from apps.recovery.models import HandOver, Run, Step
from apps.recovery.selection import Selection
from tests.recovery.dying import Death, give_back, work_and_die
from tests.recovery.test_making_anew import purge
from tests.recovery.test_returning import consent, new_application
from tests.recovery.test_steps import new_group, users
from tests.recovery.workshop import Workshop, bad_results, changes_of

CHANGES = 60
DEATHS = list(Death)


def create_groups(workshop: Workshop) -> list[str]:
    return [
        workshop.graph(
            "POST",
            "/groups",
            {
                "displayName": f"Team {number}",
                "mailEnabled": False,
                "mailNickname": f"team{number}",
                "securityEnabled": True,
            },
        )["id"]
        for number in range(CHANGES)
    ]


def updates(log: Path, ids: list[str]) -> Counter[str]:
    """How often each group was changed, single requests and those of batches alike."""
    counted: Counter[str] = Counter()
    for line in log.read_text().splitlines():
        call = json.loads(line)
        path = str(call.get("path", ""))
        if call.get("method") == "PATCH" and 200 <= int(call.get("status", 0)) < 300:
            counted.update(one for one in ids if path.endswith(one))
    return counted


def test_a_killed_worker_is_resumed_without_writing_twice(shared_workshop: Workshop) -> None:
    # given sixty groups that somebody renamed, and an approved run
    workshop = shared_workshop
    ids = create_groups(workshop)
    base = workshop.capture()
    for group in ids:
        workshop.graph("PATCH", f"/groups/{group}", {"description": "defaced"})
    run = workshop.approve(workshop.plan(workshop.report(base)))
    log = workshop.sandbox.request_log
    defaced = updates(log, ids)

    # when the worker dies once its first batch is answered
    work_and_die(job_of(run), at=2, death=Death.AFTER)
    run.refresh_from_db()
    interrupted = run.state
    finish(run)

    # then everything is back, and each group was written exactly once
    assert interrupted == RunState.RUNNING
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    assert run.counts["objects"] == CHANGES
    assert updates(log, ids) - defaced == Counter(dict.fromkeys(ids, 1))


@dataclass
class Harm:
    """One of everything that a plan can do, and the run that does it."""

    base: Snapshot
    run: Run


ALL = Selection(
    everything=True,
    remove_created=True,
    policies_as=PoliciesAs.AS_THEY_WERE,
    new_secrets=True,
)
SECRETS = ("passwordCredentials",)
POLICIES = "/identity/conditionalAccess/policies"


def harm(workshop: Workshop) -> Harm:
    """Somebody deletes, purges, changes, adds and takes out."""
    graph = workshop.graph
    people = users(workshop)
    group, emptied, filled = (new_group(workshop, name, people[:3]) for name in ("A", "B", "C"))
    gone = new_group(workshop, "Gone", people[2:4])
    purged, deleted = (new_user(workshop, name) for name in ("purged", "deleted"))
    _, principal = new_application(workshop)
    robot, robots_principal = new_application(workshop)
    secret = {"passwordCredential": {"displayName": "ci"}}
    graph("POST", f"/applications/{robot}/addPassword", secret)
    conditions = {
        "clientAppTypes": ["all"],
        "applications": {"includeApplications": ["All"]},
        "users": {"includeUsers": ["All"], "excludeGroups": [gone]},
    }
    body = {"state": "enabled", "grantControls": {"operator": "OR", "builtInControls": ["mfa"]}}
    policy = graph("POST", POLICIES, {**body, "displayName": "P", "conditions": conditions})["id"]
    base = workshop.capture()
    lax = {**conditions, "users": {"includeUsers": ["All"]}}
    graph("PATCH", f"{POLICIES}/{policy}", {"conditions": lax})
    graph("DELETE", f"{POLICIES}/{policy}")
    purge(workshop, "/groups", gone)
    purge(workshop, "/users", purged)
    purge(workshop, "/servicePrincipals", robots_principal)
    purge(workshop, "/applications", robot)
    graph("DELETE", f"/users/{deleted}")
    graph("PATCH", f"/groups/{group}", {"description": "defaced"})
    for person in people[:3]:
        graph("DELETE", f"/groups/{emptied}/members/{person}/$ref")
    graph("POST", f"/groups/{filled}/members/$ref", reference(people[6]))
    new_group(workshop, "Since", [])
    consent(workshop, principal, "Mail.Read")
    plan = workshop.plan(workshop.report(base), ALL)
    made = set(Step.objects.filter(plan=plan).values_list("action", flat=True))
    assert made >= EVERY_WRITE, EVERY_WRITE - made
    return Harm(base, workshop.approve(plan))


EVERY_WRITE = set(Action.values) - {*Action.silent(), Action.RETURN}


def new_user(workshop: Workshop, name: str) -> str:
    domain = workshop.first("/users?$select=userPrincipalName")["userPrincipalName"].split("@")[1]
    body = {
        "accountEnabled": True,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": f"{name}@{domain}",
        "passwordProfile": {"password": "holdfast on a rock 1!"},
    }
    return str(workshop.graph("POST", "/users", body)["id"])


def reference(object_id: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{object_id}"}


def job_of(run: Run) -> UUID:
    run.refresh_from_db()
    assert run.job_id is not None
    return run.job_id


def finish(run: Run) -> None:
    give_back(job_of(run))
    work_and_die(job_of(run), at=0, death=Death.BEFORE)
    run.refresh_from_db()


def assert_whole(workshop: Workshop, harmed: Harm) -> None:
    """Everything is as at the snapshot, and nothing of it is there twice."""
    run = harmed.run
    run.refresh_from_db()
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    # What is secret is new, and what was made since is in the bin.
    left = {one for one in changes_of(workshop.report(harmed.base)) if one[2] != SECRETS}
    assert left == {("group", "created", ())}
    groups = workshop.graph("GET", "/groups?$top=999")["value"]
    names = [one["displayName"] for one in groups]
    assert [names.count(name) for name in ("A", "B", "C", "Gone", "Since")] == [1, 1, 1, 1, 0]
    # a password and a client secret, of which Graph has no more than we know
    assert HandOver.objects.filter(run=run).count() == 2
    applications = workshop.graph("GET", "/applications?$top=999")["value"]
    robots = [one for one in applications if one["displayName"] == "Payroll robot"]
    assert sorted(len(one["passwordCredentials"]) for one in robots) == [0, 1]


def test_a_run_that_dies_again_and_again_ends_as_if_it_had_not(shared_workshop: Workshop) -> None:
    harmed = harm(shared_workshop)

    # when each worker is stopped a little later in the journal than the one before
    deaths = 0
    for death, number in zip(cycle(DEATHS), range(2, 60, 3), strict=False):
        work_and_die(job_of(harmed.run), at=number, death=death)
        harmed.run.refresh_from_db()
        if harmed.run.is_finished:
            break
        deaths += 1
        give_back(job_of(harmed.run))

    assert deaths >= len(DEATHS)
    assert_whole(shared_workshop, harmed)


@pytest.mark.skipif("HOLDFAST_NIGHTLY" not in os.environ, reason="takes many minutes")
@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("at", range(1, 41))
def test_a_worker_may_die_at_any_line_of_the_journal(
    shared_workshop: Workshop, at: int, death: Death
) -> None:
    harmed = harm(shared_workshop)
    work_and_die(job_of(harmed.run), at=at, death=death)
    harmed.run.refresh_from_db()
    if not harmed.run.is_finished:
        finish(harmed.run)

    assert_whole(shared_workshop, harmed)
