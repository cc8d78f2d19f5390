"""The ids of somebody else's tenant in path, query and body, from everybody who has no business
with it, at every address and operation there is."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.api.calls import Program
from tests.api.described import Operation, operations, sample
from tests.attacks.fields import fields_of_the_portal, values
from tests.attacks.routes import Route, portal_routes
from tests.attacks.sending import FORM
from tests.attacks.stage import OUTSIDERS, TELLTALES, Attempt, Stage, ids_of
from tests.portal.world import object_id

# Where an outsider may name somebody else's tenant: an operator asks there to be let in, which the
# customer is told.
DOORS = {("operator", "portal:start-support")}
METHODS = ("get", "post")
# Of the same MSP, with a tenant of her own.
NEAREST = "erin"


def test_every_field_of_the_portal_is_known_to_the_attacker(stage: Stage) -> None:
    assert fields_of_the_portal() - values(stage.world).keys() == set()


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_page_opens_another_tenant(stage: Stage, name: str) -> None:
    ids, form = stage.world.ids, urlencode(values(stage.world), doseq=True)
    stage.browser(name)
    stage.ready()
    found: dict[str, object] = {}

    for route in portal_routes():
        for address, methods in addresses(route, ids, stage.own_ids(name), name):
            for method in methods:
                attempt = stage.attempt(lambda: send(stage.browser(name), method, address, form))  # noqa: B023
                if wrong := judge(stage, name, route, address, attempt):
                    found[f"{method} {route.name}"] = (attempt.status, address, wrong)

    assert found == {}


@pytest.mark.parametrize("name", OUTSIDERS)
def test_no_operation_opens_another_tenant(stage: Stage, name: str) -> None:
    ids = stage.world.ids
    his = stage.own_ids(name)
    own = {**ids, **his}
    program = stage.program(name)
    stage.ready()
    found: dict[str, object] = {}

    for operation in operations():
        for paths in (ids, own):
            path = operation.path.format(**paths)
            attempt = stage.attempt(lambda: call(program, operation, path, stage))  # noqa: B023
            whose = {part for part in ("tenant_id", "msp_id") if f"{{{part}}}" in operation.path}
            is_his = not whose or (
                paths is own and whose <= his.keys() and operation.path.count("{") == 1
            )
            said = attempt.tells(TELLTALES)
            harmed = attempt.harms(ids_of(stage.world))
            if said or harmed or attempt.requests or not (is_his or attempt.status in (401, 404)):
                found[operation.name] = (attempt.status, path, said, harmed)

    assert found == {}


def addresses(
    route: Route, ids: dict[str, object], own: dict[str, object], name: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The victim's address, and the attacker's own with the victim's parts in it; how each is sent.

    Whoever is nearest to the victim looks at all pages of his own, the others where the address
    itself names something of the victim's.
    """
    yield route.address(ids), METHODS
    if set(route.parts) & own.keys():
        looks = name == NEAREST or set(route.parts) - own.keys()
        yield route.address({**ids, **own}), METHODS if looks else ("post",)


def send(client: Client, method: str, address: str, form: str) -> object:
    """The encoded form in the body, or as the query."""
    if method == "post":
        return client.post(address, form, content_type=FORM)
    return client.get(f"{address}?{form}")


def judge(stage: Stage, name: str, route: Route, address: str, attempt: Attempt) -> list[str]:
    """What is wrong with how an attempt ended; empty when it got nowhere."""
    wrong = [f"tells {word}" for word in attempt.tells(TELLTALES)]
    if attempt.harms(ids_of(stage.world)) and (name, route.name) not in DOORS:
        wrong.append("touched the victim's rows")
    if attempt.requests:
        wrong.append("sent a request")
    is_victims = route.is_of_somebody and address == route.address(stage.world.ids)
    if is_victims and attempt.status not in (302, 404, 405):
        wrong.append("was let in")
    if is_victims and not attempt.changed_nothing:
        wrong.append("changed something")
    return wrong


def call(program: Program, operation: Operation, path: str, stage: Stage) -> object:
    """The operation with the victim's ids wherever its schema takes any."""
    if not operation.changes:
        return program.get(path)
    return program.post(path, sample(operation.body, victims(stage)) if operation.body else {})


def victims(stage: Stage) -> object:
    ids = {name: str(value) for name, value in stage.world.ids.items()}

    def choose(name: str, schema: dict[str, object]) -> object:
        if name in ids or schema.get("format") == "uuid":
            known = (name, name.removesuffix("s"), f"{name}_id", "tenant_id")
            return next(ids[one] for one in known if one in ids)
        if "enum" in schema:
            return schema["enum"][0]  # type: ignore[index]
        samples = {"boolean": True, "integer": 1, "string": object_id(1), "number": 1}
        kind = schema.get("type", "string")
        return samples[kind[0] if isinstance(kind, list) else str(kind)]

    return choose
