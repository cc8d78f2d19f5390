"""Nobody heard whether something was made, and the replica that is asked does not show it yet."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from apps.entra.client import GraphResponse
from apps.recovery.choices import JournalEvent, RunState
from apps.recovery.models import HandOver
from apps.recovery.running.outcomes import Verdict, outcome_of
from tests.recovery.dying import JOURNAL
from tests.recovery.test_making_anew import new_id, purge
from tests.recovery.test_new_secrets import NEW, secrets_of, with_a_secret
from tests.recovery.test_steps import new_group
from tests.recovery.workshop import Workshop, bad_results

# Longer than several reads in a row take.
BEHIND = {"lag": 0.6}


class LosingAnswers:
    """Graph's answers to the first `count` sendings of a run do not arrive; reads are behind."""

    def __init__(self, workshop: Workshop, count: int) -> None:
        self.workshop, self.count = workshop, count

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        given = execute(sql, params, many, context)
        if JOURNAL in str(sql) and self.count:
            event = params["event"]
            self._weather({**BEHIND, "drop_after_rate": int(event == JournalEvent.INTENT)})
            self.count -= event == JournalEvent.OUTCOME
        return given

    def _weather(self, weather: dict[str, float]) -> None:
        self.workshop.sandbox.control("POST", "/weather", weather)


def test_what_may_have_been_made_is_looked_for_until_replicas_show_it(workshop: Workshop) -> None:
    # given a group that is gone for good, and an application without its secret
    group = new_group(workshop, "Emergency", [])
    application, key = with_a_secret(workshop, "Payroll")
    base = workshop.capture()
    purge(workshop, "/groups", group)
    workshop.graph("POST", f"/applications/{application}/removePassword", {"keyId": key})

    # when they are recovered, and the answers to both creations get lost
    with connection.execute_wrapper(LosingAnswers(workshop, 2)):
        run = workshop.recover(base, NEW)

    # then there is one of each, and the secret is the one whose text was kept
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    workshop.sandbox.control("POST", "/weather", {"lag": 0})
    groups = workshop.graph("GET", "/groups?$filter=displayName eq 'Emergency'")["value"]
    assert [one["id"] for one in groups] == [new_id(workshop, group)]
    assert len(secrets_of(workshop, application)) == 1
    assert HandOver.objects.get(run=run).sealed


class FirstOfAll:
    """Somebody else takes away secrets a moment before a run's first sending; reads are behind."""

    def __init__(self, workshop: Workshop, application: str, keys: list[str]) -> None:
        self.workshop, self.application, self.keys = workshop, application, keys

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if JOURNAL in str(sql) and params["event"] == JournalEvent.INTENT:
            self.workshop.sandbox.control("POST", "/weather", BEHIND)
            while self.keys:
                path = f"/applications/{self.application}/removePassword"
                self.workshop.graph("POST", path, {"keyId": self.keys.pop()})
        return execute(sql, params, many, context)


def test_a_secret_that_is_gone_when_it_is_to_be_removed_is_as_wanted(workshop: Workshop) -> None:
    # given two secrets that somebody has added
    application, _ = with_a_secret(workshop, "Payroll")
    base = workshop.capture()
    path = f"/applications/{application}/addPassword"
    added = [
        workshop.graph("POST", path, {"passwordCredential": {"displayName": name}})["keyId"]
        for name in ("first", "second")
    ]

    # when both are gone at the very moment, and no replica shows it yet
    with connection.execute_wrapper(FirstOfAll(workshop, application, added)):
        run = workshop.recover(base)

    # then Graph's refusals are no failures
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    workshop.sandbox.control("POST", "/weather", {"lag": 0})
    assert secrets_of(workshop, application) == ["ci"]


def refusal(status: int, code: str, message: str) -> GraphResponse:
    return GraphResponse(status, {"error": {"code": code, "message": message}})


BAD = "Request_BadRequest"
TAKEN = refusal(400, BAD, "User does not have a corresponding license: 6fd2c87f.")
DENIED = refusal(403, "Authorization_RequestDenied", "Insufficient privileges.")


@pytest.mark.parametrize(
    ("answer", "again", "verdict"),
    [
        (TAKEN, False, Verdict.REFUSED),
        (TAKEN, True, Verdict.ASK),
        (DENIED, False, Verdict.REFUSED),
        (DENIED, True, Verdict.REFUSED),
    ],
)
def test_what_is_refused_after_a_try_that_nobody_heard_of_is_looked_at(
    answer: GraphResponse, again: bool, verdict: Verdict
) -> None:
    assert outcome_of(answer, again=again).verdict == verdict


def test_a_value_that_may_name_something_new_is_tried_again() -> None:
    answer = refusal(
        400, "Request_BadRequest", "One or more property values specified are invalid."
    )

    assert outcome_of(answer).verdict == Verdict.RETRY
