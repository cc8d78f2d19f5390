"""Fields that nobody asked for: whose tenant, in which state, decided by whom, as whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.core import clock
from tests.api.calls import program
from tests.api.described import operations
from tests.api.test_permissions import body
from tests.attacks.sending import post_form
from tests.attacks.stage import Stage
from tests.portal.test_permissions import MATRIX, PARTS, form

MARK = "evil-mark"


def smuggled(stage: Stage) -> dict[str, object]:
    """Under the names that rows have, values that Mallory would like them to have."""
    cast = stage.world.cast
    tenant, msp, mallory = str(cast.tailspin.pk), str(cast.south.pk), str(cast.mallory.pk)
    return {
        "tenant": tenant,
        "tenant_id": tenant,
        "msp_id": msp,
        "state": MARK,
        "decided_by": mallory,
        "decided_by_id": mallory,
        "approved_by": mallory,
        "requested_by": mallory,
        "requested_by_id": mallory,
        "created_by_id": mallory,
        "actor": mallory,
        "actor_user_id": mallory,
        "user_id": mallory,
        "is_superuser": "true",
        "is_staff": "true",
        "is_operator": "true",
        "is_active": "false",
        "plan_digest": "00" * 32,
        "id": tenant,
        "pk": tenant,
        "expires_at": "2099-01-01T00:00:00Z",
        "created_at": "2099-01-01T00:00:00Z",
        "limits": MARK,
        "rights": MARK,
        "job_id": tenant,
        "run_id": tenant,
    }


def marks(stage: Stage) -> frozenset[str]:
    """What shows that one of the values got into a row."""
    cast = stage.world.cast
    people = (cast.tailspin.pk, cast.south.pk, cast.mallory.pk)
    return frozenset({*(str(one) for one in people), MARK, "2099-01-01", "00" * 32})


def test_an_operation_refuses_every_field_that_it_does_not_declare(stage: Stage) -> None:
    sender = program(stage.world.cast.alice)
    extra = smuggled(stage)
    stage.ready()
    found = {}

    for operation in operations():
        if not operation.changes:
            continue
        path, sent = operation.path.format(**stage.world.ids), body(stage.world, operation)
        # The answer names each of them, so that one that was let through would be missing.
        attempt = stage.attempt(lambda: sender.post(path, {**extra, **sent}))  # noqa: B023
        errors = attempt.answer.json().get("errors", [])
        named = {one.get("field") for one in errors if one.get("code") == "unknown-field"}
        if attempt.status != 400 or named != extra.keys() - sent.keys():
            found[operation.name] = (attempt.status, extra.keys() - sent.keys() - named)
        assert attempt.changed_nothing

    assert found == {}


def test_an_operation_refuses_fields_it_does_not_declare_in_what_it_holds(stage: Stage) -> None:
    sender = program(stage.world.cast.alice)
    stage.ready()
    path = f"/api/v1/tenants/{stage.world.tenant.pk}/plans"

    for inside in ({"digest": "00"}, {"links": [{"link": "a", "tenant_id": "b"}]}):
        selection = {"changes": [1], **inside}
        sent = {"report_id": str(stage.world.report.pk), "selection": selection}
        attempt = stage.attempt(lambda: sender.post(path, sent))  # noqa: B023
        assert (attempt.status, attempt.changed_nothing) == (400, True)


@pytest.mark.parametrize("place", ["body", "query"])
def test_no_page_takes_over_a_field_that_it_does_not_have(stage: Stage, place: str) -> None:
    """Alice does everything she may, and adds what she may not."""
    ids, extra, mine = stage.world.ids, smuggled(stage), form(stage.world)
    added = {name: value for name, value in extra.items() if name not in mine}
    stage.browser("alice")
    stage.ready()
    found = {}

    for row in MATRIX:
        if row.method != "POST":
            continue
        url = reverse(row.route, kwargs={part: ids[part] for part in PARTS[row.route]})
        sent = {**mine, **added} if place == "body" else mine
        query = {} if place == "body" else added
        attempt = stage.attempt(
            lambda: post_form(stage.browser("alice"), url, sent, query_params=query)  # noqa: B023
        )
        if attempt.harms(marks(stage)):
            found[row.route] = attempt.status

    assert found == {}
    assert clock.now().year < 2099
