"""An MSP's branding on pages: who sees it, what is fetched of it, and the settings."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.access import services as access
from apps.access.branding.selectors import branding_of
from apps.access.branding.services import Look, look_of, set_branding, set_logo
from apps.access.models import Invitation
from apps.access.signals import mail_wanted
from apps.core.scope import no_scope
from apps.tenants.branding.logos import MOST_BYTES
from apps.tenants.models import MSP, Branding
from tests.factories import Cast, actor_of, make_cast
from tests.portal.world import signed_in
from tests.support.trail import events

NORTH = Look(
    portal_name="North Vault",
    sign_in_name="north",
    colour="#0b6e4f",
    support_email="help@north.example",
    support_phone="+41 44 123 45 67",
)
SOUTH = Look(portal_name="South Safe", sign_in_name="south", colour="#ffcc00")


@pytest.fixture
def cast(db: None) -> Cast:
    cast = make_cast()
    for owner, msp, look in ((cast.alice, cast.north, NORTH), (cast.mallory, cast.south, SOUTH)):
        set_branding(actor=actor_of(owner), msp=msp, look=look)
        set_logo(actor=actor_of(owner), msp=msp, file=picture())
    return cast


def picture(form: str = "PNG", colour: str = "#0b6e4f") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 50), colour).save(out, form)
    return out.getvalue()


def kept(msp: MSP) -> Branding:
    with no_scope("a test looks"):
        return branding_of(msp)


def send(client: Client, msp: MSP, data: bytes, name: str = "logo.png") -> Any:
    file = SimpleUploadedFile(name, data, content_type="image/png")
    back = f"/msp/{msp.pk}/branding/"
    return client.post(f"{back}logo", {"file": file, "back": back}, follow=True)


def page(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


@pytest.mark.parametrize("name", ["alice", "bob", "carol", "dave"])
def test_everybody_of_an_msp_and_its_customers_sees_its_branding(cast: Cast, name: str) -> None:
    client = signed_in(getattr(cast, name))

    for path in ("/", "/account/", f"/tenants/{cast.contoso.pk}/"):
        shown = page(client, path)
        assert "· North Vault</title>" in shown
        assert "/branding/colours/0b6e4f.css" in shown
        assert f"/branding/logos/{kept(cast.north).logo_id}.png" in shown
        assert "help@north.example" in shown
        assert "South Safe" not in shown


def test_an_error_page_tells_whom_to_ask_and_nothing_of_whose_page_it_was(cast: Cast) -> None:
    answer = signed_in(cast.dave).get(f"/tenants/{cast.tailspin.pk}/")

    assert answer.status_code == 404
    assert b"help@north.example" in answer.content
    assert b"South" not in answer.content


def test_another_msps_people_see_their_own(cast: Cast) -> None:
    shown = page(signed_in(cast.mallory), f"/msp/{cast.north.pk}/branding/")

    assert "South Safe" in shown
    assert "North" not in shown


def test_operators_see_the_platforms_own(cast: Cast) -> None:
    access.start_support_session(
        actor=actor_of(cast.olivia), on=cast.contoso, reason="The customer asked for help."
    )

    shown = page(signed_in(cast.olivia), f"/tenants/{cast.contoso.pk}/")

    assert "· Holdfast</title>" in shown
    assert "North Vault" not in shown


def test_an_msps_own_sign_in_page_shows_it_until_somebody_signs_out(cast: Cast) -> None:
    stranger = Client()

    assert "North Vault" in page(stranger, "/sign-in/North/")
    assert "North Vault" in stranger.get("/accounts/password/forgot/").content.decode()
    assert "South Safe" in page(stranger, "/sign-in/south/")
    stranger.force_login(cast.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "South Safe" not in page(stranger, "/account/factors/")
    stranger.logout()
    shown = page(stranger, "/accounts/login/")
    assert "South" not in shown
    assert "· Holdfast</title>" in shown


def test_a_stranger_cannot_tell_an_msp_without_a_sign_in_page_from_none(cast: Cast) -> None:
    set_branding(actor=actor_of(cast.mallory), msp=cast.south, look=Look(portal_name="South Safe"))

    answers = [
        Client().get(f"/sign-in/{name}/")
        for name in ("south", "nobody", str(cast.south.pk), "MSP South")
    ]

    assert {(one.status_code, one["Location"]) for one in answers} == {(302, "/accounts/login/")}
    assert not any(one.cookies for one in answers)


def test_who_is_invited_sees_who_invites_and_goes_on_so(cast: Cast) -> None:
    texts: list[str] = []

    def keep(sender: object, text: str, **_: object) -> None:
        texts.append(text)

    mail_wanted.connect(keep, sender=Invitation)
    access.invite(
        actor=actor_of(cast.alice),
        email="new@contoso.example",
        roles=["recovery-approver"],
        on=cast.contoso,
    )
    mail_wanted.disconnect(keep, sender=Invitation)
    path = next(line for line in texts[0].splitlines() if "/invitations/open/" in line)
    invited = Client()

    assert "· North Vault</title>" in page(invited, path.partition("localhost:8000")[2])
    assert "· North Vault</title>" in page(invited, "/accounts/login/")


def test_the_stylesheet_follows_from_the_colour_alone(cast: Cast) -> None:
    answer = Client().get("/branding/colours/0b6e4f.css")

    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "--hf-brand: #0b6e4f;" in answer.content.decode()
    again = Client().get("/branding/colours/0b6e4f.css", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert Client().get("/branding/colours/nocolour.css").status_code == 404


def test_a_logo_is_served_as_an_image_of_ours_that_is_kept(cast: Cast) -> None:
    address = f"/branding/logos/{kept(cast.north).logo_id}.png"

    for client in (Client(), signed_in(cast.dave)):
        answer = client.get(address)
        assert answer.content.startswith(b"\x89PNG")
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "immutable" in answer["Cache-Control"]
        etag = answer["ETag"]
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_who_has_no_second_factor_yet_sees_the_branding_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dave, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.get("/branding/colours/0b6e4f.css").status_code == 200
    assert client.get(f"/branding/logos/{kept(cast.north).logo_id}.png").status_code == 200


def test_a_look_is_tried_before_it_is_saved(cast: Cast) -> None:
    alice, before = signed_in(cast.alice), events()
    wanted = asdict(NORTH) | {"colour": "#AA3300", "portal_name": "Another"}

    tried = alice.post(f"/msp/{cast.north.pk}/branding/", wanted | {"what": "look"})

    shown = tried.content.decode()
    assert "Nothing is saved yet" in shown
    assert "/branding/colours/aa3300.css" in shown
    assert "· Another</title>" in shown
    assert (look_of(kept(cast.north)), events()) == (NORTH, before)

    alice.post(f"/msp/{cast.north.pk}/branding/", wanted | {"what": "save"})

    assert kept(cast.north).colour == "#aa3300"


def test_what_is_refused_keeps_what_was_typed(cast: Cast) -> None:
    wanted = asdict(NORTH) | {"colour": "red;}", "portal_name": "Bell & Sons"}

    answer = signed_in(cast.alice).post(f"/msp/{cast.north.pk}/branding/", wanted)

    assert answer.status_code == 400
    assert b"That is no colour" in answer.content
    assert b'value="red;}"' in answer.content
    assert b"Bell &amp; Sons" in answer.content
    assert look_of(kept(cast.north)) == NORTH


def test_it_is_changed_by_who_proved_who_he_is(cast: Cast) -> None:
    alice, before = signed_in(cast.alice, confirmed=False), kept(cast.north).logo_id

    asked = alice.post(f"/msp/{cast.north.pk}/branding/", asdict(SOUTH))
    sent = send(alice, cast.north, picture())

    assert asked.status_code == 302
    assert sent.redirect_chain[0][0].startswith("/account/confirm")
    assert (look_of(kept(cast.north)), kept(cast.north).logo_id) == (NORTH, before)


def test_a_manager_hands_in_a_logo_and_takes_it_away(cast: Cast) -> None:
    alice = signed_in(cast.alice)
    before = kept(cast.north).logo_id

    sent = send(alice, cast.north, picture("JPEG"), "logo.jpg")

    assert "This is your logo now" in sent.content.decode()
    assert kept(cast.north).logo_id not in (None, before)
    assert Client().get(f"/branding/logos/{before}.png").status_code == 404

    alice.post(f"/msp/{cast.north.pk}/branding/logo", {"what": "remove"})

    assert kept(cast.north).logo_id is None
    assert "portal/mark" in page(alice, "/")


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<html><script>alert(1)</script></html>",
        picture("GIF"),
        b"",
        picture() + bytes(MOST_BYTES),
        b"\x89PNG\r\n\x1a\n" + bytes(2 * MOST_BYTES),
    ],
    ids=["svg", "html", "gif", "empty", "too large", "far too large"],
)
def test_what_is_no_logo_is_refused_and_changes_nothing(cast: Cast, data: bytes) -> None:
    before, told = kept(cast.north).logo_id, events()

    answer = send(signed_in(cast.alice), cast.north, data)

    assert "Nothing was changed" in answer.content.decode()
    assert (kept(cast.north).logo_id, events()) == (before, told)


@pytest.mark.parametrize("name", ["bob", "carol", "dave", "mallory", "olivia"])
def test_nobody_else_changes_anything(cast: Cast, name: str) -> None:
    client = signed_in(getattr(cast, name))
    before = kept(cast.north)

    form = client.post(f"/msp/{cast.north.pk}/branding/", asdict(SOUTH))
    logo = send(client, cast.north, picture())
    removed = client.post(f"/msp/{cast.north.pk}/branding/logo", {"what": "remove"})

    assert {form.status_code, logo.status_code, removed.status_code} <= {403, 404}
    after = kept(cast.north)
    assert (look_of(after), after.logo_id) == (look_of(before), before.logo_id)


def test_a_stranger_hands_in_nothing(cast: Cast) -> None:
    before = kept(cast.north).logo_id

    answer = send(Client(), cast.north, picture())

    assert answer.status_code == 400
    assert kept(cast.north).logo_id == before
