"""Handing one message to the receiver of a route."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass

from apps.core.errors import HoldfastError
from apps.notify.choices import Channel
from apps.notify.letters import letter
from apps.notify.models import Delivery, NotificationRoute
from apps.notify.pushing import webhook
from apps.notify.pushing.addresses import parse, resolve
from apps.notify.pushing.errors import PushFailed
from apps.notify.routes import payloads, targets
from apps.notify.routes.targets import Target
from apps.notify.routes.words import Said


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt went. duration: milliseconds. problem: "" for one that arrived.

    status: of a web server's answer, None without one. retry_after: seconds, as the receiver asks.
    """

    duration: int
    status: int | None = None
    problem: str = ""
    retry_after: int = 0

    @property
    def arrived(self) -> bool:
        return not self.problem


def send(route: NotificationRoute, rows: Sequence[Delivery]) -> Outcome:
    """Send events in one message. Needs their tenants."""
    return _timed(route, rows, payloads.said_of(rows))


def send_test(route: NotificationRoute) -> Outcome:
    """Send one message that tells of nothing."""
    return _timed(route, [], [])


def _timed(route: NotificationRoute, rows: Sequence[Delivery], said: Sequence[Said]) -> Outcome:
    began = time.monotonic()
    answer, problem = webhook.Answer(0), ""
    try:
        target = targets.unseal(route)
        if route.channel == Channel.MAIL:
            _mail(route, target, said)
        else:
            answer = _post(route, target, rows, said)
            if not 200 <= answer.status < 300:
                problem = f"The receiver answered with status {answer.status}."
    except HoldfastError as error:
        # What our own errors say of keys is not for the log of a route.
        problem = error.message if isinstance(error, PushFailed) else error.code
    duration = int((time.monotonic() - began) * 1000)
    return Outcome(duration, answer.status or None, problem[:200], answer.retry_after)


def _post(
    route: NotificationRoute, target: Target, rows: Sequence[Delivery], said: Sequence[Said]
) -> webhook.Answer:
    place = parse(target.addresses[0])
    headers = payloads.json_headers()
    if route.channel == Channel.TEAMS:
        body = payloads.teams_body(said) if said else payloads.teams_test()
    elif route.channel == Channel.SLACK:
        body = payloads.slack_body(said) if said else payloads.slack_test()
    else:
        body = payloads.webhook_body(rows) if rows else payloads.test_body()
        headers = payloads.webhook_headers(target, body)
    return webhook.post(place, resolve(place), body, headers)


def _mail(route: NotificationRoute, target: Target, said: Sequence[Said]) -> None:
    subject = payloads.heading(said) if said else payloads.TEST
    text = payloads.mail_text(said) if said else payloads.mail_test()
    try:
        # One after the other would tell the first ones again when a later one fails.
        letter(route.msp_id, subject, text, bcc=target.addresses).send()
    except (smtplib.SMTPException, OSError):
        # The server's words may quote an address.
        words = "The mail server did not take the message."
        raise PushFailed(words, code="mail-refused") from None
