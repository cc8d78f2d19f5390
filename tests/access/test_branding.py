"""An MSP's branding: who sets it, what is taken, and who is shown which."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from apps.access.branding.selectors import brand_for, msp_for_mail_to
from apps.access.branding.services import (
    Look,
    branding_of,
    look_of,
    remove_logo,
    set_branding,
    set_logo,
)
from apps.access.models import User
from apps.access.services.accounts import add_member
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.tenants.branding.brands import (
    NO_BRAND,
    brand_of,
    brand_shown_of,
    forget_shown,
    logo_file,
    msp_by_sign_in_name,
)
from apps.tenants.models import MSP, Branding
from tests.factories import Cast, actor_of, make_cast
from tests.support.trail import entries, events

LOOK = Look(
    portal_name="North Vault",
    sign_in_name="north",
    colour="#0B6E4F",
    sender_name="North Service Desk",
    reply_to="desk@north.example",
    support_email="help@north.example",
    support_phone="+41 44 123 45 67",
    support_url="https://help.north.example/",
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 50), (10, 90, 60)).save(out, "PNG")
    return out.getvalue()


def kept(msp: MSP) -> Branding:
    with no_scope("a test looks"):
        return branding_of(msp)


def brand(cast: Cast) -> None:
    """Both MSPs show themselves."""
    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=LOOK)
    set_branding(
        actor=actor_of(cast.mallory),
        msp=cast.south,
        look=Look(portal_name="South Safe", sign_in_name="south", colour="#ffcc00"),
    )


def test_a_manager_sets_how_the_msp_shows_itself(cast: Cast) -> None:
    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=LOOK)

    assert look_of(kept(cast.north)) == replace(LOOK, colour="#0b6e4f")
    newest = entries(msp_id=cast.north.pk)[0]
    assert newest.event == "branding.changed"
    assert newest.after is not None
    assert newest.after["portal_name"] == "North Vault"


def test_what_does_not_change_is_not_recorded(cast: Cast) -> None:
    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=LOOK)
    before = events()

    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=LOOK)

    assert events() == before


@pytest.mark.parametrize("name", ["bob", "carol", "dave", "mallory", "olivia"])
def test_nobody_else_changes_it(cast: Cast, name: str) -> None:
    user: User = getattr(cast, name)
    set_logo(actor=actor_of(cast.alice), msp=cast.north, file=picture())
    before, told = kept(cast.north), events()

    for act, more in (
        (set_branding, {"look": LOOK}),
        (set_logo, {"file": picture()}),
        (remove_logo, {}),
    ):
        options: dict[str, Any] = more
        with pytest.raises((NotAllowed, NotFound)):
            act(actor=actor_of(user), msp=cast.north, **options)

    after = kept(cast.north)
    assert (look_of(after), after.logo_id) == (look_of(before), before.logo_id)
    assert events() == told


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("portal_name", "x" * 61),
        ("portal_name", "North\u202eVault"),
        ("sender_name", 'North" <ceo@victim.example>'),
        ("sender_name", "billing@victim.example"),
        ("sender_name", "North; Bcc: all"),
        ("colour", "red"),
        ("colour", "#123456;}body{display:none"),
        ("sign_in_name", "no"),
        ("sign_in_name", "../admin"),
        ("sign_in_name", "-north-"),
        ("reply_to", "a@north.example, b@north.example"),
        ("reply_to", "a@north.example\nBcc: b@north.example"),
        ("support_email", "help"),
        ("support_phone", "javascript:alert(1)"),
        ("support_url", "javascript:alert(1)"),
        ("support_url", "http://north.example/"),
        ("support_url", "https://microsoft.com@evil.example/"),
    ],
)
def test_what_makes_no_sense_or_mischief_is_refused(cast: Cast, field: str, value: str) -> None:
    with pytest.raises(Invalid):
        set_branding(
            actor=actor_of(cast.alice), msp=cast.north, look=replace(LOOK, **{field: value})
        )

    assert look_of(kept(cast.north)) == Look()


def test_the_line_breaks_of_a_name_are_taken_out(cast: Cast) -> None:
    look = replace(LOOK, sender_name="North\r\nDesk")

    set_branding(actor=actor_of(cast.alice), msp=cast.north, look=look)

    assert kept(cast.north).sender_name == "North Desk"


def test_the_name_of_a_sign_in_page_belongs_to_one_msp(cast: Cast) -> None:
    brand(cast)

    with pytest.raises(Conflict) as refusal:
        set_branding(actor=actor_of(cast.mallory), msp=cast.south, look=Look(sign_in_name="NORTH"))

    assert refusal.value.code == "branding-name-taken"
    assert "MSP North" not in refusal.value.explanation()
    assert msp_by_sign_in_name("north") == cast.north.pk
    assert msp_by_sign_in_name("") is None
    assert msp_by_sign_in_name("nobody") is None


def test_everybody_is_shown_the_branding_of_his_own_msp_alone(cast: Cast) -> None:
    brand(cast)

    for of_north in (cast.alice, cast.bob, cast.carol, cast.dave):
        assert brand_for(of_north).portal_name == "North Vault"
        # Also on a page of somebody else's, if he got there.
        assert brand_for(of_north, msp_id=cast.south.pk).portal_name == "North Vault"
    assert brand_for(cast.mallory).portal_name == "South Safe"
    assert brand_for(cast.olivia) == NO_BRAND
    assert brand_for(cast.olivia, msp_id=cast.north.pk) == NO_BRAND


def test_who_has_to_do_with_two_msps_sees_each_on_its_own_pages(cast: Cast) -> None:
    brand(cast)
    with no_scope("the scene is set"):
        add_member(user=cast.dave, on=cast.tailspin)

    assert brand_for(cast.dave) == NO_BRAND
    assert brand_for(cast.dave, msp_id=cast.north.pk).portal_name == "North Vault"
    assert brand_for(cast.dave, msp_id=cast.south.pk).portal_name == "South Safe"
    assert msp_for_mail_to(cast.dave.email) is None


def test_mail_is_known_by_whom_it_goes_to(cast: Cast) -> None:
    assert msp_for_mail_to(cast.dave.email.upper()) == cast.north.pk
    assert msp_for_mail_to(cast.mallory.email) == cast.south.pk
    assert msp_for_mail_to(cast.olivia.email) is None
    assert msp_for_mail_to("nobody@example.org") is None


def test_a_logo_is_kept_as_a_file_of_ours_under_an_id_of_its_own(cast: Cast) -> None:
    alice = actor_of(cast.alice)
    first = set_logo(actor=alice, msp=cast.north, file=picture()).logo_id
    second = set_logo(actor=alice, msp=cast.north, file=picture()).logo_id

    assert first is not None
    assert second is not None
    assert logo_file(first) is None
    file = logo_file(second)
    assert file is not None
    assert file.startswith(b"\x89PNG")
    assert brand_of(cast.north.pk).logo_id == second

    remove_logo(actor=alice, msp=cast.north)
    remove_logo(actor=alice, msp=cast.north)

    assert logo_file(second) is None
    assert [one for one in events() if one.startswith("branding.")] == [
        *("branding.logo_set", "branding.logo_set", "branding.logo_removed"),
    ]


def test_a_bad_logo_changes_nothing(cast: Cast) -> None:
    set_logo(actor=actor_of(cast.alice), msp=cast.north, file=picture())
    before = kept(cast.north).logo_id

    with pytest.raises(HoldfastError):
        set_logo(actor=actor_of(cast.alice), msp=cast.north, file=b"<svg onload='alert(1)'/>")

    assert kept(cast.north).logo_id == before


def test_pages_ask_once_in_a_while_and_show_at_once_what_was_chosen_here(
    cast: Cast,
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.HOLDFAST_BRANDING_SECONDS = 30
    assert brand_shown_of(cast.north.pk).portal_name == "Holdfast"

    with django_capture_on_commit_callbacks(execute=True):
        brand(cast)

    assert brand_shown_of(cast.north.pk).portal_name == "North Vault"
    with django_assert_num_queries(0):
        assert brand_shown_of(cast.north.pk).portal_name == "North Vault"
    forget_shown(cast.north.pk)
