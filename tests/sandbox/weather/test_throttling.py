"""Documented limits, on a fast clock."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.sandbox.weather import limits
from apps.sandbox.weather.limits import (
    Bucket,
    Window,
    resource_units_of_tenant,
    retry_after,
)
from tests.sandbox.server.inside import Answered, Inside


def throttled(inside: Inside, **more: object) -> None:
    """Limits on, while time stands still: nothing drains during the test."""
    now = time.monotonic()
    inside.sandbox.gate.monotonic = lambda: now
    inside.post("/_sandbox/weather", {"throttle": "documented", "time_scale": 0.001} | more)


def read_until_refused(inside: Inside, path: str, most: int = 20) -> tuple[int, Answered]:
    token = inside.token(inside.customers[0].tenant_id).data["access_token"]
    for number in range(most):
        answer = inside.get(path, authorization=f"Bearer {token}")
        if answer.status == 429:
            return number, answer
    raise AssertionError("never throttled")


@pytest.mark.parametrize(
    ("users", "quota"), [(0, 3_500), (49, 3_500), (50, 5_000), (500, 5_000), (501, 8_000)]
)
def test_the_quota_follows_the_size_of_the_tenant(users: int, quota: int) -> None:
    assert resource_units_of_tenant(users) == quota


def spend(inside: Inside, batches: int) -> list[dict[str, Any]]:
    """Batches of twenty items of five resource units each; every item's answer."""
    body = {"ids": [inside.customers[0].tenant_id]}
    requests = [
        {
            "id": str(number),
            "method": "POST",
            "url": "/directoryObjects/getByIds",
            "headers": {"Content-Type": "application/json"},
            "body": body,
        }
        for number in range(20)
    ]
    answers = [inside.graph("POST", "/$batch", {"requests": requests}) for _ in range(batches)]
    return [item for answer in answers for item in answer.data["responses"]]


def test_resource_units_run_out_with_the_documented_answer(inside: Inside) -> None:
    throttled(inside)

    items = spend(inside, 37)

    passed = [item for item in items if item["status"] == 200]
    assert len(passed) == 3_500 / 5
    refused = next(item for item in items if item["status"] == 429)
    assert refused["body"]["error"]["code"] == "TooManyRequests"
    assert refused["body"]["error"]["innerError"]["status"] == "429"
    assert int(refused["headers"]["Retry-After"]) >= 1
    scope = f"Tenant_Application/Read/{inside.lab['client_id']}/{inside.customers[0].tenant_id}"
    assert refused["headers"]["x-ms-throttle-scope"] == scope
    assert refused["headers"]["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"


def test_a_warning_comes_above_four_fifths_of_the_limit(inside: Inside) -> None:
    throttled(inside)

    before, after = spend(inside, 28), spend(inside, 5)

    header = "x-ms-throttle-limit-percentage"
    assert not [item for item in before if header in item["headers"]]
    shares = sorted(float(item["headers"][header]) for item in after)
    assert (shares[0], shares[-1]) == (0.8, 0.94)


def test_conditional_access_takes_one_request_and_names_no_wait(inside: Inside) -> None:
    throttled(inside)

    passed, refused = read_until_refused(inside, "/v1.0/identity/conditionalAccess/policies")

    assert passed == 1
    assert "retry-after" not in refused.headers


def test_audit_logs_take_five_requests(inside: Inside) -> None:
    throttled(inside)

    passed, refused = read_until_refused(inside, "/v1.0/auditLogs/directoryAudits")

    assert passed == 5
    assert int(refused.headers["retry-after"]) >= 1


def test_limits_are_each_applications_own(inside: Inside) -> None:
    throttled(inside)
    spend(inside, 37)
    other = inside.customers[1].tenant_id

    assert inside.graph("GET", "/groups").status == 429
    assert inside.graph("GET", "/groups", tenant=other).status == 200


def test_items_of_a_batch_are_throttled_one_by_one(inside: Inside) -> None:
    throttled(inside)
    requests = [
        {"id": str(number), "method": "GET", "url": "/identity/conditionalAccess/policies"}
        for number in range(3)
    ]

    answer = inside.graph("POST", "/$batch", {"requests": requests})

    assert answer.status == 200
    assert sorted(item["status"] for item in answer.data["responses"]) == [200, 429, 429]


def test_nothing_is_throttled_unless_asked_for(inside: Inside) -> None:
    statuses = {
        inside.graph("GET", "/identity/conditionalAccess/policies").status for _ in range(5)
    }

    assert statuses == {200}


def test_a_write_window_slides() -> None:
    window = Window(3, 10.0)
    for at in (0.0, 1.0, 2.0):
        assert not window.full(at)
        window.spend(at)

    assert window.full(5.0)
    assert window.wait(5.0) == 5.0
    assert not window.full(10.5)


def test_a_bucket_drains_evenly() -> None:
    bucket = Bucket(100, 10)
    bucket.spend(150, 0.0)

    assert bucket.full(4.9)
    assert not bucket.full(5.2)


@given(st.lists(st.floats(0.01, 5), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_its_limit(gaps: list[float]) -> None:
    window, now, passed = Window(4, 10.0), 0.0, []
    for gap in gaps:
        now += gap
        if not window.full(now):
            window.spend(now)
            passed.append(now)

    for start in passed:
        assert sum(1 for at in passed if start <= at < start + 10.0) <= 4


@pytest.mark.parametrize(
    ("seconds", "scale", "header"), [(150, 1, "150"), (150, 100, "2"), (0.2, 1, "1"), (7.5, 1, "8")]
)
def test_the_wait_is_whole_seconds_of_the_real_clock(
    seconds: float, scale: float, header: str
) -> None:
    assert retry_after(seconds, scale) == header


def test_reads_of_sign_in_activity_have_a_limit_of_their_own(inside: Inside) -> None:
    throttled(inside)

    number, answer = read_until_refused(inside, "/v1.0/users?$select=id,signInActivity&$top=5")

    assert number == 10
    assert answer.headers["x-ms-throttle-scope"].startswith("Tenant_Application/Read/")
    token = inside.token(inside.customers[0].tenant_id).data["access_token"]
    assert inside.get("/v1.0/users?$top=5", authorization=f"Bearer {token}").status == 200


def test_an_application_has_a_quota_for_all_tenants_together(inside: Inside) -> None:
    throttled(inside)
    app_id = inside.lab["client_id"]
    bucket = Bucket(limits.EVERYWHERE_UNITS, limits.EVERYWHERE_UNIT_WINDOW)
    bucket.used, bucket.at = limits.EVERYWHERE_UNITS, inside.sandbox.gate.monotonic()
    inside.sandbox.gate.throttle.everywhere_units[app_id] = bucket

    answer = inside.graph("GET", "/users")

    assert answer.status == 429
    assert answer.headers["x-ms-throttle-scope"].startswith("Application/Read/")
    assert answer.headers["Retry-After".lower()]
