"""That somebody changed the trail is mailed to whom it concerns, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.access.signals import mail_wanted
from apps.audit import services as audit
from apps.audit.models import Verification
from apps.audit.scheduled import keep
from apps.audit.verification import verify
from apps.core import clock
from apps.core.scope import no_scope
from tests.factories import Cast, actor_of, make_cast, make_user

Mails = list[tuple[str, str]]


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def mails() -> Iterator[Mails]:
    """Addresses and texts of what is wanted to be mailed."""
    told: Mails = []

    def keep_it(sender: object, to: str, text: str, **_: Any) -> None:
        told.append((to, text))

    mail_wanted.connect(keep_it)
    yield told
    mail_wanted.disconnect(keep_it)


def found(*numbers: int) -> None:
    """The daily verification found that these records were edited."""
    with no_scope("a test verifies"):
        report = verify()
        for number in numbers:
            report.found.add("edited", number, f"Record {number} was edited.")
        keep(report, Verification(started_at=clock.now()))


def of_contoso(cast: Cast) -> int:
    return audit.record(
        actor=actor_of(cast.alice),
        event="tenant.suspended",
        tenant_id=cast.contoso.pk,
        msp_id=cast.north.pk,
        subject="Contoso",
    ).number


def test_operators_and_the_managers_concerned_are_told_what_was_found(
    cast: Cast, mails: Mails
) -> None:
    erin = make_user("Erin", cast.contoso, "tenant-manager")
    number = of_contoso(cast)

    found(number)

    assert {to for to, _ in mails} == {cast.olivia.email, cast.alice.email, erin.email}
    assert all(f"Record {number} was edited." in text for _, text in mails)
    assert all(f"/tenants/{cast.contoso.pk}/audit/" in text for to, text in mails[1:])


def test_nobody_is_told_the_same_twice(cast: Cast, mails: Mails) -> None:
    first, second = of_contoso(cast), of_contoso(cast)
    found(first)
    mails.clear()

    found(first)
    assert mails == []
    found(first, second)

    assert {to for to, _ in mails} == {cast.olivia.email, cast.alice.email}
    assert not any(f"Record {first} was edited." in text for _, text in mails)


def test_a_whole_trail_is_nothing_to_mail(cast: Cast, mails: Mails) -> None:
    found()
    assert mails == []


def test_what_concerns_nobody_in_particular_goes_to_operators(cast: Cast, mails: Mails) -> None:
    found(10**9)
    assert [to for to, _ in mails] == [cast.olivia.email]
