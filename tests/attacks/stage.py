"""The victim, who is after him, and how an attempt is watched.

Contoso is the victim. Nobody here has any business with it: Mallory owns another MSP, Erin manages
another customer of the same MSP, the operator runs the installation and has no support session.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.utils.html import escape

from apps.access.models import User
from apps.access.roles import OWNER_ROLES
from tests.api.calls import Program, program
from tests.attacks.fingerprint import (
    NOT_COMPARED,
    Fingerprint,
    changed_tables,
    fingerprint,
    rows,
)
from tests.attacks.watching import changed_by, written_tables
from tests.factories import make_operator, make_user
from tests.portal.world import World, signed_in

OUTSIDERS = ("anonymous", "mallory", "erin", "operator")
# What tells of Contoso and its people, and stands in nothing that an outsider may see.
TELLTALES = ("Contoso", "contoso.example", "Carol", "Dave")


@dataclass
class Stage:
    """world: with the victim. erin, operator: who else is after it. log: the sandbox's requests."""

    world: World
    erin: User
    operator: User
    log: Path
    before: Fingerprint = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def user(self, name: str) -> User | None:
        """The person of that name, None for nobody."""
        if name == "anonymous":
            return None
        own = {"erin": self.erin, "operator": self.operator}
        return own.get(name) or getattr(self.world.cast, name)

    def browser(self, name: str) -> Client:
        """A browser in which that person is signed in. A new one each time: an attempt that is
        undone may have ended its session."""
        user, client = self.user(name), Client()
        client.handler = _handler()
        if user is not None:
            if name not in self.sessions:
                self.sessions[name] = str(signed_in(user).session.session_key)
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return client

    def program(self, name: str) -> Program:
        """With a token that carries all that its owner has; one who has nothing gets none."""
        user = self.user(name)
        return program(user) if user and name != "operator" else Program()

    def own_ids(self, name: str) -> dict[str, object]:
        """What the attacker has of his own: a tenant and an MSP to hide behind."""
        cast = self.world.cast
        if name == "mallory":
            return {"tenant_id": cast.tailspin.pk, "msp_id": cast.south.pk}
        return {"tenant_id": cast.fabrikam.pk}

    def ready(self) -> None:
        """Remember how things are. To be called when all attackers have what they need."""
        self.before = fingerprint()

    def attempt(self, send: Callable[[], HttpResponse]) -> Attempt:
        """Try something, see what came of it, and undo it."""
        asked = self.log.stat().st_size
        touched: list[str] = []
        with transaction.atomic():
            with written_tables() as written:
                answer = send()
            changed = changed_by(written, self.before)
            after = rows(changed)
            # A session that was ended must be there for the next attempt.
            if written - NOT_COMPARED.keys() or "django_session" in written:
                transaction.set_rollback(True)
        if changed:
            earlier = rows(changed)
            touched = [text for _, text in (after - earlier) + (earlier - after)]
        return Attempt(answer, touched, requests=self.log.stat().st_size - asked)

    def check_nothing_slipped_through(self) -> None:
        """What all attempts together left behind, which none of them seemed to."""
        assert not self.before or changed_tables(self.before, fingerprint()) == set()


@dataclass(frozen=True)
class Attempt:
    """What an attempt answered, the rows that it made, changed or removed, and the bytes that the
    sandbox's request log grew by."""

    answer: HttpResponse
    touched: list[str]
    requests: int

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def changed_nothing(self) -> bool:
        return not self.touched and not self.requests

    def harms(self, ids: frozenset[str]) -> bool:
        """Whether a row that it touched names any of these."""
        return any(one in text for text in self.touched for one in ids)

    def tells(self, words: tuple[str, ...]) -> list[str]:
        """Which of these words the answer holds."""
        body = b"".join(self.answer) if self.answer.streaming else self.answer.content
        text = body.decode(errors="replace")
        if not any(word in text for word in words):
            return []
        # A page whose further pages keep the question says what the attacker said himself.
        for said in self.answer.request.get("QUERY_STRING", "").split("&"):
            text = text.replace(said, "").replace(escape(said), "")
        return [word for word in words if word in text]


@cache
def _handler() -> ClientHandler:
    """One for all browsers: each would otherwise put the middleware together again."""
    return Client().handler


def make_stage(world: World, log: Path) -> Stage:
    erin = make_user("Erin", world.cast.fabrikam, *OWNER_ROLES)
    return Stage(world, erin, make_operator("Oscar"), log)


def ids_of(world: World) -> frozenset[str]:
    """Every id of the victim and of what it has, as rows and answers spell them."""
    cast = world.cast
    people = (cast.carol.pk, cast.dave.pk)
    plans = (world.free_plan.pk, world.waiting.plan_id, world.waiting.pk, world.run.request_id)
    snapshots = (world.base.pk, world.target.pk)
    parts = (world.tenant.pk, world.report.pk, world.run.pk, world.job.pk, world.support.pk)
    of_the_msp = (world.group.pk, world.invitation.pk, world.push_target.pk, world.token.pk)
    every = (*people, *plans, *snapshots, *parts, *of_the_msp)
    return frozenset(str(one) for one in every)
