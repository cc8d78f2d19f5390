"""`?fields=` cuts every answer down to what is asked for, and spares the work for the rest."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.calls import program
from tests.api.described import operations
from tests.portal.world import World


def test_everything_that_can_be_read_can_be_read_in_part(world: World) -> None:
    alice, wrong = program(world.cast.alice), {}

    for operation in operations():
        if operation.method != "get" or "fields" not in operation.query:
            continue
        path = operation.path.format(**world.ids)
        whole = alice.get(path)
        if whole.status_code != 200:
            continue
        things = _things(whole.json())
        names = list(things[0])[:2] if things else []
        part = alice.get(path, fields=",".join(names)) if names else whole
        if part.status_code != 200 or (
            names and any(set(t) != set(names) for t in _things(part.json()))
        ):
            wrong[operation.name] = part.content
    assert wrong == {}


def test_all_but_files_and_streams_can_be_read_in_part() -> None:
    whole = {one.name for one in operations() if one.method == "get" and "fields" not in one.query}

    other = ("document", "evidence", "download", "stream")
    assert {name for name in whole if not any(word in name for word in other)} == set()


def test_an_unknown_member_is_refused_and_the_known_are_named(world: World) -> None:
    alice = program(world.cast.alice)

    answer = alice.get("/api/v1/tenants", fields="name,colour")
    nothing = alice.get("/api/v1/tenants", fields="")
    said = answer.json()["errors"][0]

    assert (answer.status_code, nothing.status_code) == (400, 400)
    assert (said["field"], said["code"]) == ("fields", "unknown-field")
    assert "id, name, domain, cloud" in said["message"]


def test_columns_and_joins_that_are_not_asked_for_are_not_read(world: World) -> None:
    alice = program(world.cast.alice)
    path = f"/api/v1/tenants/{world.tenant.pk}/requests"

    with CaptureQueriesContext(connection) as queries:
        answer = alice.get(path, fields="id,state")

    rows = next(q["sql"] for q in queries if 'from "recovery_recoveryrequest"' in q["sql"].lower())
    assert {frozenset(one) for one in answer.json()["results"]} == {frozenset({"id", "state"})}
    assert "join" not in rows.lower()
    assert "reason" not in rows


def test_bodies_that_are_not_asked_for_are_not_opened(world: World) -> None:
    alice = program(world.cast.alice)
    path = f"/api/v1/tenants/{world.tenant.pk}/reports/{world.report.pk}/changes"

    with CaptureQueriesContext(connection) as queries:
        answer = alice.get(path, fields="position,kind,risk,changed_at")

    assert answer.json()["results"][0].keys() == {"position", "kind", "risk", "changed_at"}
    assert not any("history_objectversion" in one["sql"] for one in queries)


def _things(said: Any) -> list[dict[str, Any]]:
    return said["results"] if set(said) >= {"results"} else [said]
