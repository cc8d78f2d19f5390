"""Signing in with password and code, what a session is worth, and when it ends."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.access.models import KnownDevice, User
from apps.access.signin import sessions
from apps.core import clock
from apps.notify import personal
from apps.notify.models import PersonalMail
from tests.access.trail_of import events, records
from tests.factories import PASSWORD, code_now, make_msp, make_user
from tests.portal.world import signed_in

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
SECOND = "/accounts/login/second-factor"


@pytest.fixture
def alice() -> User:
    return make_user("Alice", make_msp(), "tenant-manager")


def enter_password(client: Client, user: User, password: str = PASSWORD) -> HttpResponse:
    return client.post(LOGIN, {"login": user.email, "password": password})  # type: ignore[return-value]


def sign_in(user: User, **headers: str) -> Client:
    """A new browser in which the person has signed in with password and code."""
    client = Client(headers=headers)
    enter_password(client, user)
    cache.clear()  # the code of this half minute may have been used by another browser
    answer = client.post(SECOND, {"code": code_now()})
    assert answer.status_code == 302
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def mails() -> list[personal.Mail]:
    return [personal.contents(mail) for mail in PersonalMail.objects.order_by("created_at")]


def test_a_password_alone_opens_nothing(alice: User) -> None:
    client = Client()
    answer = enter_password(client, alice)

    assert answer["Location"] == SECOND
    assert not is_signed_in(client)
    assert "sign_in.succeeded" not in events()


def test_password_and_code_open_the_portal(alice: User) -> None:
    client = Client()
    enter_password(client, alice)
    before = client.session.session_key
    answer = client.post(SECOND, {"code": code_now()})

    assert answer.status_code == 302
    assert is_signed_in(client)
    assert client.session.session_key != before
    (record,) = records("sign_in.succeeded")
    assert record.data["method"] == "password+totp"
    assert record.msp_id is not None


def test_a_session_that_was_planted_before_is_worth_nothing(alice: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    planted = session.session_key
    enter_password(client, alice)
    client.post(SECOND, {"code": code_now()})

    attacker = Client()
    attacker.cookies["sessionid"] = planted or ""
    assert is_signed_in(client)
    assert not is_signed_in(attacker)


def test_a_code_works_once(alice: User) -> None:
    code = code_now()
    first, second = Client(), Client()
    for client in (first, second):
        enter_password(client, alice)
        client.post(SECOND, {"code": code})

    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_a_wrong_code_is_refused_recorded_and_limited(alice: User) -> None:
    client = Client()
    enter_password(client, alice)
    texts = [client.post(SECOND, {"code": "000000"}).content.decode() for _ in range(7)]

    assert "That code is not right" in texts[0]
    assert "too many failed attempts" in texts[-1]
    assert not is_signed_in(client)
    assert events().count("second_factor.failed") == 5
    assert events().count("sign_in.locked") == 1


def test_nobody_learns_whether_an_account_exists(alice: User) -> None:
    stranger = User(email="nobody@x.example")
    shown = [
        re.sub(r'value="[^"]*"', "", enter_password(Client(), user, "wrong").content.decode())
        for user in (alice, stranger)
    ]
    asked = [
        Client().post("/accounts/password/forgot/", {"email": user.email})
        for user in (alice, stranger)
    ]

    assert shown[0] == shown[1]
    assert [(one.status_code, one["Location"]) for one in asked] == [
        (302, "/accounts/password/forgot/sent/")
    ] * 2
    assert [mail.to for mail in mails()] == [alice.email, stranger.email]
    assert events().count("sign_in.failed") == 2


def test_without_a_second_factor_everything_leads_to_setting_one_up(alice: User) -> None:
    Authenticator.objects.filter(user=alice).delete()
    client = Client()
    enter_password(client, alice)

    for path in ("/", "/requests/", "/account/", "/account/sessions/", "/tenants/add"):
        assert client.get(path)["Location"] == "/account/factors/"
    page = client.get("/account/factors/").content.decode()
    assert "Set up a second factor first" in page
    page = client.get("/account/factors/app/").content.decode()
    assert "data:image/svg+xml" in page


def test_the_last_second_factor_stays(alice: User) -> None:
    client = sign_in(alice)

    answer = client.post("/account/factors/app/remove/")

    assert "only second factor" in answer.content.decode()
    assert Authenticator.objects.filter(user=alice, type="totp").exists()


def test_secrets_of_second_factors_are_sealed(alice: User) -> None:
    from tests.factories import TOTP_SECRET

    stored = Authenticator.objects.get(user=alice, type="totp").data["secret"]

    assert TOTP_SECRET not in stored


def test_one_can_not_be_led_away_by_signing_in(alice: User) -> None:
    for leading_away in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
    ):
        client = Client()
        client.post(LOGIN, {"login": alice.email, "password": PASSWORD, "next": leading_away})
        cache.clear()
        answer = client.post(SECOND, {"code": code_now()})

        assert answer["Location"] == "/"


def test_recovery_codes_stand_in_once_each(alice: User) -> None:
    client = sign_in(alice)
    client.post("/account/factors/codes/new/")
    shown = client.get("/account/factors/codes/").content.decode()
    codes = re.findall(r'<li class="id">(\d+)</li>', shown)
    assert len(codes) == 10
    lost = [Client(), Client()]
    for browser in lost:
        enter_password(browser, alice)
        browser.post(SECOND, {"code": codes[0]})

    assert [is_signed_in(browser) for browser in lost] == [True, False]


def test_changing_the_password_ends_every_other_session(alice: User) -> None:
    here, elsewhere = sign_in(alice), sign_in(alice)
    new = "another horse, another battery"

    here.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert "password.changed" in events()
    assert mails()[-1].subject == "Your Holdfast password was changed"


def test_changing_second_factors_ends_every_other_session(alice: User) -> None:
    here, elsewhere = sign_in(alice), sign_in(alice)
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "key"})

    assert here.post("/account/factors/app/remove/").status_code == 302

    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)
    assert "second_factor.removed" in events()


def test_a_closed_account_is_signed_out_at_once(alice: User) -> None:
    client = sign_in(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)

    assert not is_signed_in(client)
    again = enter_password(Client(), alice)
    assert again["Location"] == LOGIN


def test_sessions_end_when_left_alone_and_when_old(alice: User) -> None:
    with clock.frozen(clock.now()) as time:
        idle = signed_in(alice)
        time.advance(timedelta(hours=1, minutes=59))
        assert is_signed_in(idle)
        time.advance(timedelta(hours=2, minutes=1))
        assert not is_signed_in(idle)

        busy = signed_in(alice)
        for _ in range(12):
            assert is_signed_in(busy)
            time.advance(timedelta(hours=1))
        time.advance(timedelta(minutes=1))
        assert not is_signed_in(busy)


def test_one_sees_and_ends_ones_sessions(alice: User) -> None:
    here = sign_in(alice)
    phone = sign_in(alice, user_agent="Mozilla/5.0 (iPhone; CPU) Safari/604.1")
    laptop = sign_in(alice, user_agent="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    page = here.get("/account/sessions/").content.decode()
    assert "Safari on iPhone" in page
    assert "Firefox on Windows" in page
    row = UserSession.objects.get(session_key=phone.session.session_key)

    here.post("/account/sessions/", {"session": row.pk})
    assert [is_signed_in(one) for one in (here, phone, laptop)] == [True, False, True]
    here.post("/account/sessions/")
    assert [is_signed_in(one) for one in (here, phone, laptop)] == [True, False, False]
    assert events().count("session.ended") == 2


def test_nobody_ends_anothers_session(alice: User) -> None:
    mallory = make_user("Mallory", make_msp("South"))
    hers = sign_in(alice)
    row = UserSession.objects.get(session_key=hers.session.session_key)

    sign_in(mallory).post("/account/sessions/", {"session": row.pk})

    assert is_signed_in(hers)


def test_a_new_device_is_announced_and_a_known_one_is_not(alice: User) -> None:
    first = sign_in(alice)
    assert mails() == []
    sign_in(alice)
    assert [mail.subject for mail in mails()] == ["New device at your account"]
    first.post("/accounts/logout/")
    enter_password(first, alice)
    cache.clear()
    first.post(SECOND, {"code": code_now()})

    assert len(mails()) == 1
    assert KnownDevice.objects.filter(user=alice).count() == 2
    cookie = first.cookies["holdfast-device"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_out_needs_a_form(alice: User) -> None:
    client = sign_in(alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/accounts/logout/")

    assert not is_signed_in(client)
    assert not UserSession.objects.filter(user=alice).exists()
    assert events()[-1] == "sign_in.signed_out"


@pytest.mark.parametrize(
    "path", [LOGIN, SECOND, "/accounts/logout/", "/account/confirm/", "/account/"]
)
def test_forms_need_their_token(alice: User, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(alice).cookies if path.startswith("/account/") else client.cookies

    assert client.post(path, {}).status_code == 403


def test_a_forgotten_password_is_replaced_through_the_mail_once(alice: User) -> None:
    elsewhere = sign_in(alice)
    Client().post("/accounts/password/forgot/", {"email": alice.email.upper()})
    link = re.search(r"http://localhost:8000(/accounts/password/new/\S+)", mails()[-1].text)
    assert link
    client = Client()
    form = client.get(link[1])["Location"]
    new = "a horse that nobody forgets"
    answer = client.post(form, {"password1": new, "password2": new})

    assert answer["Location"] == "/accounts/password/new/done/"
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(client)
    assert "not good any more" in Client().get(link[1]).content.decode()
    assert enter_password(Client(), alice, new)["Location"] == SECOND


def test_a_common_password_is_refused(alice: User) -> None:
    client = sign_in(alice)
    page = client.post(
        "/account/password/",
        {
            "oldpassword": PASSWORD,
            "password1": "1q2w3e4r5t6y7u8i9o0p",
            "password2": "1q2w3e4r5t6y7u8i9o0p",
        },
    )

    assert "too common" in page.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_profile_is_ones_own_to_change(alice: User) -> None:
    client = signed_in(alice)
    client.post("/account/", {"name": "  Alice  A. ", "time_zone": "Europe/Berlin"})
    alice.refresh_from_db()

    assert (alice.name, alice.time_zone) == ("Alice A.", "Europe/Berlin")
    bad = client.post("/account/", {"name": "Alice", "time_zone": "Mars/Olympus"})
    assert bad.status_code == 400


def test_the_session_cookie_is_for_the_browser_alone(alice: User) -> None:
    client = sign_in(alice)
    cookie = client.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert sessions.SIGNED_IN_AT in client.session
    assert reverse("account_login") == LOGIN
