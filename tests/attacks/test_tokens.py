"""Getting more out of an API token than it was given for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.access import services as access
from apps.access import tokens, tokens_services
from apps.access.models import ApiToken, User
from apps.access.roles import MAKE_REPORTS, TAKE_BACKUPS, VIEW_BACKUPS
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Invalid, NotAllowed
from tests.api.calls import Program, program, token_of
from tests.api.described import Operation, operations
from tests.attacks.stage import Stage
from tests.factories import actor_of
from tests.portal.test_permissions import PARTS, address, form

Spoil = Callable[[Stage], Program]


def alices(stage: Stage, **limits: object) -> Program:
    return program(stage.world.cast.alice, **limits)  # type: ignore[arg-type]


def changed_row(stage: Stage, **values: object) -> Program:
    sender = alices(stage)
    ApiToken.objects.filter(name="a test").update(**values)
    return sender


def inactive(stage: Stage) -> Program:
    sender = alices(stage)
    User.objects.filter(pk=stage.world.cast.alice.pk).update(is_active=False)
    return sender


def revoked(stage: Stage) -> Program:
    sender = alices(stage)
    alice = stage.world.cast.alice
    tokens_services.revoke_token(
        actor=actor_of(alice), token=ApiToken.objects.get(user=alice, name="a test")
    )
    return sender


def respelt(change: Callable[[str], str]) -> Spoil:
    return lambda stage: Program(change(alices(stage).secret))


# Every one of these is 401 at every operation.
NO_TOKENS: dict[str, Spoil] = {
    "expired": lambda stage: changed_row(
        stage, created_at=clock.now() - timedelta(days=9), expires_at=clock.now()
    ),
    "revoked": revoked,
    "owner deactivated": inactive,
    "from another address": lambda stage: alices(stage, networks=["198.51.100.0/24"]),
    "from another address by IPv6": lambda stage: alices(stage, networks=["2001:db8::/32"]),
    "in other letters": respelt(str.swapcase),
    "in upper case": respelt(str.upper),
    "one letter changed": respelt(lambda raw: raw[:-1] + ("a" if raw[-1] != "a" else "b")),
    "cut off": respelt(lambda raw: raw[:-1]),
    "longer": respelt(lambda raw: raw + "0"),
    "its beginning alone": respelt(lambda raw: raw[:11]),
    "with a null byte": respelt(lambda raw: raw + "\0"),
    "its digest": respelt(lambda raw: raw[:3] + "0" * 46),
    "empty": lambda stage: Program(" "),
}


@pytest.mark.parametrize("kind", NO_TOKENS)
def test_what_is_no_token_opens_nothing(stage: Stage, kind: str) -> None:
    sender, mine = NO_TOKENS[kind](stage), share_of(list(NO_TOKENS).index(kind), len(NO_TOKENS))
    stage.ready()

    assert answers(stage, sender, lambda one: one in mine) == {401}


PLACES = ("query", "cookie", "basic", "scheme", "header", "body")


@pytest.mark.parametrize("place", PLACES)
def test_a_token_is_taken_from_its_header_alone(stage: Stage, place: str) -> None:
    secret = alices(stage).secret
    stage.ready()

    def send(path: str) -> HttpResponse:
        client = Client()
        if place == "cookie":
            client.cookies["token"] = client.cookies["Authorization"] = secret
        if place == "body":
            return client.post(path, {"token": secret, "access_token": secret})
        headers = {
            "basic": {"HTTP_AUTHORIZATION": f"Basic {secret}"},
            "scheme": {"HTTP_AUTHORIZATION": f"Token {secret}"},
            "header": {"HTTP_X_API_KEY": secret},
        }.get(place, {})
        query = {"token": secret, "access_token": secret} if place == "query" else {}
        return client.get(path, query, **headers)

    for operation in share_of(PLACES.index(place), len(PLACES)):
        attempt = stage.attempt(lambda: send(operation.path.format(**stage.world.ids)))  # noqa: B023
        assert (attempt.status, attempt.changed_nothing) == (401, True)


def test_a_token_of_one_tenant_opens_no_other(stage: Stage) -> None:
    sender = alices(stage, tenant_ids=[stage.world.cast.fabrikam.pk])
    stage.ready()

    assert answers(stage, sender, lambda one: "{tenant_id}" in one.path) == {404}


@pytest.mark.parametrize("rights", [[VIEW_BACKUPS], [TAKE_BACKUPS], [MAKE_REPORTS]])
def test_a_token_does_only_what_its_rights_say(stage: Stage, rights: list[str]) -> None:
    sender = alices(stage, rights=rights)
    needed = {
        "create_capture": TAKE_BACKUPS,
        "create_before_change": TAKE_BACKUPS,
        "preview_retention": VIEW_BACKUPS,
        "cancel_job": TAKE_BACKUPS,
        "create_report": MAKE_REPORTS,
    }
    stage.ready()

    refused = answers(
        stage,
        sender,
        lambda one: (
            "{tenant_id}" in one.path
            and (needed.get(one.name) not in rights if one.changes else VIEW_BACKUPS not in rights)
        ),
    )

    assert refused == {403}


def test_a_token_loses_what_its_owner_loses(stage: Stage) -> None:
    cast = stage.world.cast
    sender = program(cast.carol)
    access.revoke_role(
        actor=SYSTEM, user=cast.carol, role="backup-administrator", tenant=cast.contoso
    )
    stage.ready()

    assert answers(stage, sender, lambda one: "{tenant_id}" in one.path) == {404}
    assert sender.get("/api/v1/tenants").json()["results"] == []


def test_rights_that_tokens_may_not_have_are_worth_nothing_in_its_row(stage: Stage) -> None:
    sender = alices(stage)
    ApiToken.objects.filter(name="a test").update(
        rights=["approve_recovery", "manage_people", "manage_tenant"]
    )

    caller = tokens.authenticate(sender.secret, "192.0.2.10")

    assert caller is not None
    assert caller.limits.rights == frozenset()
    assert sender.get(f"/api/v1/tenants/{stage.world.tenant.pk}").status_code == 404


def test_a_token_makes_no_token_and_ends_none(stage: Stage) -> None:
    caller = tokens.authenticate(alices(stage).secret, "192.0.2.10")
    assert caller is not None

    with pytest.raises(NotAllowed):
        tokens_services.create_token(
            actor=caller.actor, name="more", token_rights=[VIEW_BACKUPS], days=365
        )
    with pytest.raises(NotAllowed):
        tokens_services.revoke_token(actor=caller.actor, token=caller.token)


def test_nobody_gives_a_token_what_he_does_not_have(stage: Stage) -> None:
    cast = stage.world.cast

    with pytest.raises(NotAllowed):
        tokens_services.create_token(
            actor=actor_of(cast.bob), name="more", token_rights=[TAKE_BACKUPS]
        )
    with pytest.raises(Invalid):
        token_of(stage.operator)


def test_a_token_is_no_session_in_the_portal(stage: Stage) -> None:
    secret = alices(stage).secret
    stage.ready()

    for route in ("portal:approve", "portal:tenant", "portal:create-token", "portal:dashboard"):
        url = address(stage.world, route)
        for send in (Client().get, Client().post):
            attempt = stage.attempt(
                lambda: send(url, form(stage.world), HTTP_AUTHORIZATION=f"Bearer {secret}")  # noqa: B023
            )
            assert attempt.status in (302, 405)
            assert attempt.changed_nothing
    assert "portal:approve" in PARTS


def test_a_session_is_no_token_in_the_api(stage: Stage) -> None:
    browser = stage.browser("alice")
    stage.ready()

    assert answers(stage, Program(client=browser)) == {401}


def share_of(number: int, among: int) -> tuple[Operation, ...]:
    """Some of the operations, and others for each number: one door lets in to all of them."""
    return operations()[number::among]


def answers(
    stage: Stage, sender: Program, which: Callable[[Operation], bool] = lambda one: True
) -> set[int]:
    """All statuses of these operations on the victim; each must have changed nothing."""
    found = set()
    for operation in filter(which, operations()):
        path = operation.path.format(**stage.world.ids)
        attempt = stage.attempt(
            lambda: sender.post(path, {}) if operation.changes else sender.get(path)  # noqa: B023
        )
        assert attempt.changed_nothing, operation.name
        found.add(attempt.status)
    return found
