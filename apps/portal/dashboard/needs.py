"""What a tenant needs a person for: the reasons in words, the worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.portal.dashboard.facts import Consent, Facts
from apps.portal.job_names import job_words
from apps.recovery.drills.choices import DrillState
from apps.tenants.choices import ConnectionState

TONES: Final = ("bad", "warn", "busy", "good")
CAPTURE = "capture"


@dataclass(frozen=True, slots=True)
class Need:
    """A sort of reason that tenants are counted and narrowed by. words: what those do who have it.

    tone: one of TONES, of its number.
    """

    name: str
    words: str
    tone: str = "warn"


NEEDS: Final = {
    need.name: need
    for need in (
        Need("look", "Need a look"),
        Need("missed", "Miss their recovery point", "bad"),
        Need("approval", "Wait for approval"),
        Need("risk", "High-risk changes since yesterday"),
        Need("connection", "Consent or credentials"),
        Need("failed", "Failed jobs"),
        Need("partial", "Not read whole"),
        Need("damage", "Damaged, not verified, drill failed", "bad"),
        Need("none", "Protected", "good"),
    )
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing about a tenant. need: one of NEEDS. tone: one of TONES."""

    need: str
    tone: str
    words: str


_WORRYING: Final = ("bad", "warn")
_LOOK: Final = frozenset({"look"})
_NOTHING: Final = frozenset({"none"})
PROTECTED: Final = Reason("none", "good", "Protected")


def reasons(facts: Facts) -> tuple[Reason, ...]:
    """Everything about the tenant that needs a person, the worst first; PROTECTED for nothing."""
    found = sorted(_reasons(facts), key=lambda reason: TONES.index(reason.tone))
    return tuple(found) or (PROTECTED,)


def named(found: tuple[Reason, ...]) -> frozenset[str]:
    """The names of the needs that a tenant with these reasons is counted under."""
    if not any(reason.tone in _WORRYING for reason in found):
        return _NOTHING
    return frozenset(reason.need for reason in found if reason.tone in _WORRYING) | _LOOK


def _reasons(facts: Facts) -> Iterator[Reason]:
    """In the order in which those of one tone are told."""
    yield from _about_history(facts)
    yield from _about_connection(facts.consent)
    yield from _about_work(facts)


def _about_history(facts: Facts) -> Iterator[Reason]:
    if facts.verified and facts.verified.damage:
        yield Reason("damage", "bad", "The history is damaged")
    if facts.newest and facts.point.missed_since is not None:
        length = timesince(facts.point.missed_since, depth=1)
        yield Reason(
            "missed",
            "bad",
            _("The recovery point is older than agreed, for %(length)s") % {"length": length},
        )
    if facts.newest and not facts.newest.complete:
        yield Reason("partial", "warn", "The last snapshot is partial")
    if facts.verified and facts.verified.unchecked and not facts.verified.damage:
        yield Reason("damage", "warn", "The history could not be verified")
    if facts.drilled and facts.drilled.state == DrillState.FAILED:
        yield Reason("damage", "warn", "The last drill failed")


def _about_connection(consent: Consent | None) -> Iterator[Reason]:
    if consent is None or consent.state == ConnectionState.PENDING:
        yield Reason("connection", "warn", "Waiting for the customer's consent")
        return
    if consent.state == ConnectionState.FAILED:
        yield Reason("connection", "bad", "The connection does not work")
    if consent.days < 0:
        yield Reason("connection", "bad", "A certificate has expired")
    elif consent.is_short:
        yield Reason("connection", "warn", _expires_in(consent.days))
    if consent.missing:
        yield Reason("connection", "warn", "Permissions are missing")


def _about_work(facts: Facts) -> Iterator[Reason]:
    if CAPTURE in facts.failed:
        yield Reason("failed", "bad", "The last snapshot failed")
    if others := [kind for kind in facts.failed if kind != CAPTURE]:
        names = ", ".join(job_words(kind) for kind in others)
        yield Reason("failed", "warn", _("Failed: %(names)s") % {"names": names})
    if facts.lately.high:
        number = facts.lately.high
        said = ngettext(
            "%(number)s high-risk change since yesterday",
            "%(number)s high-risk changes since yesterday",
            number,
        )
        yield Reason("risk", "warn", said % {"number": number})
    if facts.waiting:
        said = ngettext(
            "%(number)s request waits for approval",
            "%(number)s requests wait for approval",
            facts.waiting,
        )
        yield Reason("approval", "warn", said % {"number": facts.waiting})
    if facts.running:
        yield Reason("none", "busy", facts.running)
    elif facts.newest is None and facts.consent and facts.consent.state != ConnectionState.PENDING:
        yield Reason("missed", "warn", "No snapshot yet")


def _expires_in(days: int) -> str:
    said = ngettext(
        "A certificate expires in %(number)s day", "A certificate expires in %(number)s days", days
    )
    return said % {"number": days}
