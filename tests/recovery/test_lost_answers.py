"""Nobody heard whether something was made, and the replica that is asked does not show it yet."""

from __future__ import annotations

from typing import Any

from django.db import connection

from apps.recovery.choices import JournalEvent, RunState
from apps.recovery.models import HandOver
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
