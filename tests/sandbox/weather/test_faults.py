"""Bad weather: faults by chance, lag, expired tokens, revoked consent."""

from __future__ import annotations

import pytest

from tests.sandbox.server.inside import Inside, sandbox_inside


def statuses(inside: Inside, count: int = 60) -> list[int]:
    token = inside.token(inside.customers[0].tenant_id).data["access_token"]
    return [
        inside.get("/v1.0/organization", authorization=f"Bearer {token}").status
        for _ in range(count)
    ]


def test_faults_come_by_chance_and_the_same_again(inside: Inside) -> None:
    inside.post("/_sandbox/weather", {"fault_rate": 0.5})
    first = statuses(inside)
    again = sandbox_inside()
    again.post("/_sandbox/weather", {"fault_rate": 0.5})

    assert set(first) == {200, 429, 503, 504}
    assert statuses(again) == first


def test_a_fault_can_be_of_one_kind_with_a_wait(inside: Inside) -> None:
    settings = {"fault_rate": 1, "fault_statuses": [503], "fault_retry_after": 7}
    inside.post("/_sandbox/weather", settings)

    answer = inside.graph("GET", "/organization")

    assert (answer.status, answer.headers["retry-after"]) == (503, "7")
    assert answer.data["error"]["code"] == "ServiceUnavailable"


def test_a_write_that_meets_a_fault_has_no_effect(inside: Inside) -> None:
    directory = inside.customers[0]
    before = directory.count("group")
    inside.post("/_sandbox/weather", {"fault_rate": 1, "fault_statuses": [504]})
    body = {"displayName": "A", "mailNickname": "a", "mailEnabled": False, "securityEnabled": True}

    assert inside.graph("POST", "/groups", body).status == 504
    assert directory.count("group") == before


def test_the_connection_breaks_before_or_after_the_effect(inside: Inside) -> None:
    directory = inside.customers[0]
    user = next(iter(directory.of_type("user")))
    inside.post("/_sandbox/weather", {"drop_rate": 1})
    before = inside.graph("PATCH", f"/users/{user.id}", {"jobTitle": "Before"})
    inside.post("/_sandbox/weather", {"drop_rate": 0, "drop_after_rate": 1})
    after = inside.graph("PATCH", f"/users/{user.id}", {"jobTitle": "After"})
    changed = directory.get(user.id)

    assert before.response.drop
    assert after.response.drop
    assert changed is not None
    assert changed.body["jobTitle"] == "After"


def test_half_a_body_promises_the_whole(inside: Inside) -> None:
    inside.post("/_sandbox/weather", {"half_body_rate": 1})

    response = inside.graph("GET", "/users").response

    assert response.promise is not None
    assert 0 < len(response.body) <= response.promise / 2


def test_a_new_object_is_not_found_while_replicas_lag(inside: Inside) -> None:
    inside.post("/_sandbox/weather", {"lag": 30})
    body = {"displayName": "A", "mailNickname": "a", "mailEnabled": False, "securityEnabled": True}
    created = inside.graph("POST", "/groups", body)
    address = f"/groups/{created.data['id']}"

    assert created.status == 201
    assert inside.graph("GET", address).status == 404
    inside.post("/_sandbox/clock", {"advance_seconds": 31})
    assert inside.graph("GET", address).status == 200


def test_a_lag_that_begins_later_spares_what_was_before(inside: Inside) -> None:
    user = next(iter(inside.customers[0].of_type("user")))
    inside.post("/_sandbox/weather", {"lag": 30})
    inside.graph("PATCH", f"/users/{user.id}", {"jobTitle": "New"})

    shown = inside.graph("GET", f"/users/{user.id}?$select=jobTitle").data

    assert shown["jobTitle"] == user.body["jobTitle"]


def test_a_delta_token_expires_when_the_weather_says_so(inside: Inside) -> None:
    first = inside.graph("GET", "/users/delta?$deltatoken=latest").data
    link = first["@odata.deltaLink"].split("/v1.0")[1]
    inside.post("/_sandbox/weather", {"expire_delta_tokens": 1})

    refused, allowed = inside.graph("GET", link), inside.graph("GET", link)

    assert (refused.status, refused.data["error"]["code"]) == (400, "syncStateNotFound")
    assert allowed.status == 200


def test_a_page_token_expires_when_the_weather_says_so(inside: Inside) -> None:
    first = inside.graph("GET", "/users?$top=5").data
    link = first["@odata.nextLink"].split("/v1.0")[1]
    inside.post("/_sandbox/weather", {"expire_skip_tokens": -1})

    answer = inside.graph("GET", link)

    assert (answer.status, answer.data["error"]["code"]) == (400, "Directory_ExpiredPageToken")


def test_a_collection_comes_back_empty_when_the_weather_says_so(inside: Inside) -> None:
    inside.post("/_sandbox/weather", {"empty_collections": ["users"]})

    listed, delta = inside.graph("GET", "/users?$top=5"), inside.graph("GET", "/users/delta")
    others = inside.graph("GET", "/groups?$top=5")

    assert (listed.status, listed.data["value"]) == (200, [])
    assert "@odata.nextLink" not in listed.data
    assert (delta.status, delta.data["value"]) == (200, [])
    assert others.data["value"]


def test_a_token_issued_before_the_consent_was_revoked_is_refused(inside: Inside) -> None:
    token = inside.token(inside.customers[0].tenant_id).data["access_token"]
    inside.post("/_sandbox/weather", {"revoked_consent": ["*"]})

    answer = inside.get("/v1.0/users", authorization=f"Bearer {token}")

    assert (answer.status, answer.data["error"]["code"]) == (401, "Authorization_IdentityNotFound")


@pytest.mark.parametrize(
    "wrong",
    [
        {"rain": 1},
        {"fault_rate": 2},
        {"lag": -1},
        {"lag": "much"},
        {"throttle": "sometimes"},
        {"fault_statuses": [200]},
        {"fault_statuses": 503},
        {"revoked_consent": "all"},
        {"expire_delta_tokens": "soon"},
        {"empty_collections": "users"},
        {"slow_ms": True},
    ],
)
def test_impossible_weather_is_refused_and_changes_nothing(
    inside: Inside, wrong: dict[str, object]
) -> None:
    before = inside.get("/_sandbox/weather").data

    answer = inside.post("/_sandbox/weather", {"slow_ms": 1} | wrong)

    assert answer.status == 400
    assert next(iter(wrong)) in answer.data["error"]
    assert inside.get("/_sandbox/weather").data == before


def test_a_reset_calms_the_weather(inside: Inside) -> None:
    calm = inside.get("/_sandbox/weather").data
    inside.post("/_sandbox/weather", {"fault_rate": 1, "lag": 5, "throttle": "documented"})

    inside.post("/_sandbox/reset", {})

    assert inside.get("/_sandbox/weather").data == calm
