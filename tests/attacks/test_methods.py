"""Other methods than the address takes, and headers that claim another one."""

from __future__ import annotations

import pytest

from tests.api.calls import program
from tests.api.described import operations
from tests.attacks.fields import values
from tests.attacks.routes import portal_routes
from tests.attacks.stage import Stage

TAMPERED = ("put", "patch", "delete", "options", "trace")
OVERRIDES = ("HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE", "HTTP_X_HTTP_METHOD")
# Alice may do everything here, so nothing but the method stands in the way.
WHO = "alice"


@pytest.mark.parametrize("method", TAMPERED)
def test_no_page_takes_a_method_it_does_not_know(stage: Stage, method: str) -> None:
    ids = stage.world.ids
    stage.browser(WHO)
    stage.ready()
    found = {}

    for route in portal_routes():
        attempt = stage.attempt(
            lambda: getattr(stage.browser(WHO), method)(route.address(ids))  # noqa: B023
        )
        if attempt.status != 405 or not attempt.changed_nothing:
            found[route.name] = attempt.status

    assert found == {}


def test_a_header_does_not_turn_looking_into_doing(stage: Stage) -> None:
    ids, form = stage.world.ids, values(stage.world)
    stage.browser(WHO)
    stage.ready()
    found = {}

    for route in portal_routes():
        extra = dict.fromkeys(OVERRIDES, "POST")
        query = {**form, "_method": "POST"}
        attempt = stage.attempt(
            lambda: stage.browser(WHO).get(route.address(ids), query, **extra)  # noqa: B023
        )
        if not attempt.changed_nothing:
            found[route.name] = attempt.status

    assert found == {}


def test_no_operation_takes_a_method_it_does_not_describe(stage: Stage) -> None:
    sender = program(stage.world.cast.alice)
    described = {(one.path, one.method) for one in operations()}
    stage.ready()
    found = {}

    for path in sorted({path for path, _ in described}):
        for method in (*TAMPERED, "get", "post"):
            if (path, method) in described:
                continue
            url = path.format(**stage.world.ids)
            attempt = stage.attempt(
                lambda: getattr(stage.browser("anonymous"), method)(  # noqa: B023
                    url,  # noqa: B023
                    HTTP_AUTHORIZATION=f"Bearer {sender.secret}",
                    **dict.fromkeys(OVERRIDES, "POST"),
                )
            )
            if attempt.status != 405 or not attempt.changed_nothing:
                found[f"{method} {path}"] = attempt.status

    assert found == {}


def test_an_operation_does_not_believe_a_header_about_its_method(stage: Stage) -> None:
    sender = program(stage.world.cast.alice)
    stage.ready()

    for operation in operations():
        if operation.changes:
            continue
        url = operation.path.format(**stage.world.ids)
        attempt = stage.attempt(
            lambda: stage.browser("anonymous").get(
                url,  # noqa: B023
                HTTP_AUTHORIZATION=f"Bearer {sender.secret}",
                **dict.fromkeys(OVERRIDES, "POST"),
            )
        )
        # Some of the things that addresses name are not there in this world.
        without = sender.get(url).status_code
        assert without in {200, 404}
        assert (attempt.status, attempt.changed_nothing) == (without, True), operation.name
