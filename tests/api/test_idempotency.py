"""A request that is sent again with its Idempotency-Key is not done again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from apps.api import idempotency
from apps.api.models import KeptAnswer
from apps.api.secrets import Secret
from apps.api.serializers.history import Job as JobShape
from apps.core import clock
from apps.core.scope import tenant_scope
from apps.jobs.models import Job
from tests.api.calls import Program, program
from tests.portal.world import World


def send(sender: Program, path: str, body: Any, key: str, **more: str) -> HttpResponse:
    return sender.post(path, body, HTTP_IDEMPOTENCY_KEY=key, **more)


def of(world: World, rest: str) -> str:
    return f"/api/v1/tenants/{world.tenant.pk}{rest}"


def jobs_of(world: World) -> int:
    with tenant_scope(world.tenant.pk):
        return Job.objects.count()


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(world: World) -> None:
    carol = program(world.cast.carol)

    first = send(carol, of(world, "/captures"), {"mode": "full"}, '"order 66"'.replace(" ", "-"))
    before = jobs_of(world)
    carol.post(first["Location"] + "/cancel")
    again = send(carol, of(world, "/captures"), {"mode": "full"}, "order-66")

    assert (first.status_code, again.status_code) == (202, 202)
    assert again.content == first.content
    assert again["Location"] == first["Location"]
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert jobs_of(world) == before


def test_a_key_stands_for_one_request_alone(world: World) -> None:
    carol, gone = program(world.cast.carol), of(world, f"/requests/{world.waiting.pk}/comments")
    send(carol, gone, {"text": "one"}, "a-key")

    other_body = send(carol, gone, {"text": "two"}, "a-key")
    other_place = send(carol, of(world, "/captures"), {"mode": "full"}, "a-key")
    other_token = send(program(world.cast.alice), gone, {"text": "two"}, "a-key")

    assert (other_body.status_code, other_body.json()["code"]) == (422, "idempotency-key-reused")
    assert other_place.status_code == 202
    assert other_token.status_code == 201


def test_refusals_that_pass_are_tried_anew_and_decisions_repeated(world: World) -> None:
    carol = program(world.cast.carol)
    run = of(world, f"/runs/{world.run.pk}")

    wrong = send(carol, of(world, "/captures"), {"mode": "nonsense"}, "first")
    mended = send(carol, of(world, "/captures"), {"mode": "full"}, "first")
    refused = send(carol, f"{run}/resume", {}, "second")
    carol.post(f"{run}/pause")
    same = send(carol, f"{run}/resume", {}, "second")

    assert (wrong.status_code, mended.status_code) == (400, 202)
    assert (refused.status_code, same.status_code) == (409, 409)
    assert same["Idempotency-Replayed"] == "true"
    assert same["Content-Type"] == "application/problem+json"
    assert same.json() == refused.json()


def test_what_broke_off_left_nothing_and_its_key_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    carol = program(world.cast.carol)
    path = of(world, f"/requests/{world.waiting.pk}/comments")
    count = len(carol.get(path).json()["results"])

    def killed(data: Any) -> bytes:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "rendered_without_secrets", killed)
        with pytest.raises(SystemExit):
            send(carol, path, {"text": "hello"}, "a-key")
    lost = len(carol.get(path).json()["results"])
    again = send(carol, path, {"text": "hello"}, "a-key")

    assert lost == count
    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again


def test_nothing_that_is_kept_can_be_read_without_the_token(world: World) -> None:
    carol = program(world.cast.carol)
    path = of(world, f"/requests/{world.waiting.pk}/comments")
    send(carol, path, {"text": "Dave's mail is dave@example.com"}, "for-dave")

    kept = KeptAnswer.objects.get()

    columns = b"".join(map(bytes, (kept.sealed, kept.key_digest, kept.request_digest)))
    assert b"dave" not in columns.lower()
    assert carol.secret.encode() not in columns


def test_a_secret_is_shown_once_and_never_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class WithSecret(JobShape):
        def to_representation(self, instance: Any) -> Any:
            return {"id": "1", "parts": [{"signing_key": Secret("whsec_1")}]}

    from apps.api.views import history

    monkeypatch.setattr(history.shapes, "Job", WithSecret)
    carol = program(world.cast.carol)

    first = send(carol, of(world, "/captures"), {}, "a-key")
    again = send(carol, of(world, "/captures"), {}, "a-key")

    assert first.json()["parts"] == [{"signing_key": "whsec_1"}]
    assert again.json() == {"id": "1", "parts": [{"signing_key": None}]}


@pytest.mark.parametrize("key", ["", '""', "with blank", "ü", "x" * 256])
def test_a_key_is_some_visible_letters(world: World, key: str) -> None:
    answer = send(program(world.cast.carol), of(world, "/captures"), {}, key)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-idempotency-key")


def test_a_day_later_the_key_is_a_new_one(world: World) -> None:
    carol = program(world.cast.carol)
    path = of(world, f"/requests/{world.waiting.pk}/comments")

    with clock.frozen(clock.now()) as time:
        send(carol, path, {"text": "one"}, "a-key")
        time.advance(timedelta(hours=24))
        anew = send(carol, path, {"text": "two"}, "a-key")
        kept = idempotency.forget_old()
        time.advance(timedelta(hours=24))
        gone = idempotency.forget_old()

    assert anew.status_code == 201
    assert (kept, gone) == (0, 1)


def test_who_lost_his_right_gets_no_answer_from_before(world: World) -> None:
    carol = program(world.cast.carol)
    send(carol, of(world, "/captures"), {}, "a-key")
    world.cast.carol.is_active = False
    world.cast.carol.save()

    again = send(carol, of(world, "/captures"), {}, "a-key")
    world.cast.carol.is_active = True

    assert again.status_code == 401
