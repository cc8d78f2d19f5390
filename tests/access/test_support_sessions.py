"""Support sessions: an operator sees a customer for a time, in the open, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.access import rights, selectors, services, support_selectors
from apps.access.models import SupportSession
from apps.access.signals import mail_wanted
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import person
from tests.factories import OWNER_ROLES, Cast, actor_of, make_cast, make_user
from tests.support.trail import entries

pytestmark = pytest.mark.django_db
WHY = "Ticket 4711: captures stopped."


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def start(cast: Cast, **more: Any) -> SupportSession:
    said = {"on": cast.contoso, "reason": WHY} | more
    return services.start_support_session(actor=actor_of(cast.olivia), **said)


def seen_by_olivia(cast: Cast) -> list[str]:
    with person(cast.olivia.pk):
        return [tenant.name for tenant in selectors.tenants_of(cast.olivia)]


def test_without_a_session_an_operator_sees_nothing(cast: Cast) -> None:
    assert seen_by_olivia(cast) == []
    with pytest.raises(NotFound):
        selectors.access_tenant(cast.olivia, cast.contoso.id)


def test_a_session_shows_the_backups_of_one_tenant_and_nothing_more(cast: Cast) -> None:
    start(cast)
    assert seen_by_olivia(cast) == ["Contoso"]
    assert selectors.rights_on_tenant(cast.olivia.pk, cast.contoso) == {rights.VIEW_BACKUPS}
    for right in set(rights.RIGHTS) - {rights.VIEW_BACKUPS}:
        with pytest.raises(NotAllowed):
            rights.require(actor_of(cast.olivia), right, cast.contoso)
    assert not selectors.rights_on_tenant(cast.olivia.pk, cast.fabrikam)


def test_a_session_over_an_msp_shows_its_tenants(cast: Cast) -> None:
    start(cast, on=cast.north)
    assert seen_by_olivia(cast) == ["Contoso", "Fabrikam"]
    assert not selectors.rights_on_msp(cast.olivia.pk, cast.north)


def test_a_token_of_an_operators_sees_nothing_in_a_session(cast: Cast) -> None:
    from apps.core.actor import Limits

    start(cast)
    limits = Limits()
    assert not selectors.rights_on_tenant(cast.olivia.pk, cast.contoso, limits=limits)
    with person(cast.olivia.pk):
        assert not selectors.tenants_of(cast.olivia, limits=limits).exists()


def test_a_session_ends_by_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    start(cast, duration=timedelta(minutes=30))
    later = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not selectors.rights_on_tenant(cast.olivia.pk, cast.contoso)
    assert seen_by_olivia(cast) == []


def test_the_operator_the_customer_and_the_msp_may_end_it_at_once(cast: Cast) -> None:
    erin = make_user("Erin", cast.contoso, *OWNER_ROLES)
    for user in (cast.olivia, erin, cast.alice):
        session = start(cast)
        services.end_support_session(actor=actor_of(user), session=session)
        assert session.ended_by == user
        assert seen_by_olivia(cast) == []
        with pytest.raises(Conflict):
            services.end_support_session(actor=actor_of(user), session=session)


def test_a_customer_ends_a_session_over_the_whole_msp_too(cast: Cast) -> None:
    erin = make_user("Erin", cast.contoso, *OWNER_ROLES)
    services.end_support_session(actor=actor_of(erin), session=start(cast, on=cast.north))
    assert seen_by_olivia(cast) == []


@pytest.mark.parametrize(("who", "kind"), [("bob", NotAllowed), ("mallory", NotFound)])
def test_others_cannot_end_it(cast: Cast, who: str, kind: type[Exception]) -> None:
    session = start(cast)
    with pytest.raises(kind):
        services.end_support_session(actor=actor_of(getattr(cast, who)), session=session)
    assert seen_by_olivia(cast) == ["Contoso"]


@pytest.mark.parametrize("duration", [timedelta(hours=4, seconds=1), timedelta(0), timedelta(-1)])
def test_it_lasts_four_hours_at_most(cast: Cast, duration: timedelta) -> None:
    with pytest.raises(Invalid):
        start(cast, duration=duration)
    assert seen_by_olivia(cast) == []


def test_it_needs_a_reason_and_there_is_one_at_a_time(cast: Cast) -> None:
    with pytest.raises(Invalid):
        start(cast, reason="  because ")
    start(cast)
    with pytest.raises(Conflict):
        start(cast)


def test_managers_of_both_sides_get_mail_and_see_the_session(cast: Cast) -> None:
    make_user("Erin", cast.contoso, "tenant-manager")
    told = []

    def keep(sender: object, to: str, text: str, **_: object) -> None:
        told.append(to)
        assert WHY in text

    mail_wanted.connect(keep)
    session = start(cast)
    mail_wanted.disconnect(keep)

    assert sorted(told) == ["alice@msp-north.example", "erin@contoso.example"]
    assert support_selectors.sessions_on(cast.contoso) == [session]
    assert support_selectors.sessions_on(cast.fabrikam) == []
    newest = entries(tenant_id=cast.contoso.id, limit=1)[0]
    assert (newest.event, newest.reason) == ("support_session.started", WHY)


def test_a_session_is_nothing_for_whoever_is_no_operator_any_more(cast: Cast) -> None:
    start(cast)
    cast.olivia.is_operator = False
    cast.olivia.save()
    assert not selectors.rights_on_tenant(cast.olivia.pk, cast.contoso)
