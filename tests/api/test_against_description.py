"""The API keeps what its description promises, whatever is sent and by whom (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pytest_django.plugin import DjangoDbBlocker
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.access.models import User
from tests.api.calls import token_of
from tests.api.described import document
from tests.portal.callers import make_callers
from tests.portal.world import World
from tests.support.nightly import NIGHTLY, examples

# A token by whom. "stranger": with all roles, at another MSP.
ROLES = {
    "reader": "bob",
    "administrator": "carol",
    "approver": "dave",
    "manager": "heidi",
    "owner": "alice",
    "stranger": "mallory",
}
# Of one process: what the database and the person have seen is undone after each request.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    *([ignored_auth] if NIGHTLY else []),
]
# Parts of addresses that are made up; the others are those of the world's things.
LEFT_OPEN = {
    GenerationMode.POSITIVE: (),
    GenerationMode.NEGATIVE: ("seq", "kind", "object_id", "order"),
}
Cases = dict[GenerationMode, list[Any]]
# They end when they are told to.
STREAMS = ("stream_events", "stream_job_events")


@pytest.fixture(scope="module")
def people(made_world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, User]:
    with django_db_blocker.unblock():
        return make_callers(made_world)


@pytest.fixture(scope="module")
def described() -> list[Any]:
    """Every operation, to be called in this process."""
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    found = [one.ok() for one in schema.get_all_operations()]
    return [one for one in found if one.definition.raw["operationId"] not in STREAMS]


@pytest.fixture
def patient(settings: Any) -> Iterator[None]:
    """The API as this test needs it: without a limit, in the transaction of the test."""
    settings.HOLDFAST_API_REQUESTS_PER_TOKEN = 1_000_000
    settings.HOLDFAST_API_REQUESTS_PER_ADDRESS = 1_000_000
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def cases(described: list[Any], made_world: World) -> Cases:
    """What is sent to the operations: what they describe, and what they do not."""
    return {mode: _cases(described, mode, made_world) for mode in GenerationMode}


def _cases(operations: list[Any], mode: GenerationMode, world: World) -> list[Any]:
    return [case for operation in operations for case in _some(operation, mode, world)]


def _some(operation: Any, mode: GenerationMode, world: World) -> list[Any]:
    """Of the world's own things; by day one, always the same, by night many and others."""
    parameters = operation.definition.raw.get("parameters", [])
    names = [one["name"] for one in parameters if one.get("in") == "path"]
    known = {name: str(world.ids[name]) for name in names if name not in LEFT_OPEN[mode]}
    found: list[Any] = []

    @settings(
        max_examples=examples(2, 50),
        phases=[Phase.generate],
        derandomize=not NIGHTLY,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode, path_parameters=known))
    def collect(case: Any) -> None:
        found.append(case)

    with suppress(Unsatisfiable):
        collect()
    # The first is the simplest there is.
    return found if NIGHTLY else found[-1:]


def broken_by(cases: list[Any], secret: str) -> list[str]:
    """What the operations did otherwise than they say."""
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    found = []
    for case in cases:
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        try:
            case.validate_response(response, checks=CHECKS, headers=headers)
        except BaseExceptionGroup as failures:
            found += [f"{case.operation.label}: {one}" for one in failures.exceptions]
    return found


@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_every_operation_keeps_its_word(
    world: World, people: dict[str, User], cases: Cases, patient: None, role: str
) -> None:
    secret = token_of(people[ROLES[role]]) if role in ROLES else ""

    assert broken_by(cases[GenerationMode.POSITIVE], secret) == []


def test_nonsense_is_refused_and_breaks_nothing(
    world: World, people: dict[str, User], cases: Cases, patient: None
) -> None:
    assert broken_by(cases[GenerationMode.NEGATIVE], token_of(people["alice"])) == []
