"""Bodies as they are kept: what stands in the dictionary, and what their bytes give away."""

from typing import Any
from uuid import UUID

import orjson
import pytest

from apps.history.bodies import BodyOpener, BodySealer, Place, train
from apps.history.shapes import Anchor, Shape

KEY, TENANT = bytes(range(32)), UUID(int=1)
PLACE = Place("user", "u1", 7)


def person(number: int, **other: Any) -> dict[str, Any]:
    name = f"ada.{number}"
    return {
        "id": f"u{number}",
        "accountEnabled": True,
        "licences": [{"disabledPlans": [], "skuId": "06ebc4ee"}],
        "city": ("Delft", "Breda")[number % 2],
        "displayName": f"Person {number}",
        "mail": f"{name}@contoso.example",
        "mailNickname": name,
        "proxyAddresses": [f"SMTP:{name}@contoso.example"],
        **other,
    }


SHAPE = Shape.of([person(number) for number in range(100, 300)])


def sealed(body: dict[str, Any], place: Place = PLACE, *, dictionary: bytes = b"") -> bytes:
    number = int(bool(dictionary))
    sealer = BodySealer(KEY, TENANT, place.kind, place.seq, number=number, dictionary=dictionary)
    return sealer.seal([(place.object_id, body)])[0]


def test_what_bodies_have_in_common_is_learned() -> None:
    assert SHAPE.names[:3] == ("accountEnabled", "licences", "city")
    assert SHAPE.usual == [True, [{"disabledPlans": [], "skuId": "06ebc4ee"}]]
    assert SHAPE.anchors == (Anchor("mailNickname"),)


def test_an_address_is_an_anchor_where_nothing_else_has_its_beginning() -> None:
    bodies = [
        {"id": str(n), "mail": f"ada{n}@contoso.example", "also": f"ada{n}@home.example"}
        for n in range(100)
    ]

    assert Shape.of(bodies).anchors == (Anchor("mail", "@"),)


@pytest.mark.parametrize(
    "body",
    [
        person(1),
        person(1, accountEnabled=1),
        person(1, accountEnabled=None),
        person(1, mailNickname=None),
        person(1, mailNickname=""),
        person(1, mailNickname=5),
        person(1, mailNickname='a"b\\c'),
        person(1, mailNickname="a\x01b\x1ec\x1f", city="\x01\x1e\x1f"),
        person(1, mailNickname="üser", displayName="üser and üser"),
        person(1, mailNickname="null", city=None, age=3),
        person(1, mailNickname="SMTP:", more={"mail": "SMTP:"}),
        person(1, mailNickname='","'),
        {"id": "u1"},
        {"id": "u1", "accountEnabled": True},
    ],
)
def test_a_body_of_a_shape_is_read_as_it_was(body: dict[str, Any]) -> None:
    found = SHAPE.read(SHAPE.written(body))

    without_id = {name: value for name, value in body.items() if name != "id"}
    # As JSON: to Python, true and 1 are the same.
    assert orjson.dumps(found, option=orjson.OPT_SORT_KEYS) == orjson.dumps(
        without_id, option=orjson.OPT_SORT_KEYS
    )


def test_a_shape_is_the_same_after_it_was_kept() -> None:
    kept = Shape.from_json(orjson.loads(orjson.dumps(SHAPE.to_json())))

    assert kept.read(SHAPE.written(person(1))) == SHAPE.read(SHAPE.written(person(1)))


def test_the_same_body_in_the_same_place_gives_the_same_bytes_and_any_other_gives_others() -> None:
    body = {"id": "u1", "displayName": "Ada", "city": "Delft"}
    here = sealed(body)

    assert sealed(body) == here
    other = sealed({**body, "city": "Breda"})
    # Sealed twice in one place, as after a capture that broke off: no byte of the key stream is
    # the same, which would show where both bodies are alike.
    assert len(other) == len(here)
    assert sum(a == b for a, b in zip(here[3:], other[3:], strict=True)) < len(here) // 4
    assert sealed(body, Place("user", "u1", 8))[3:] != here[3:]


@pytest.mark.parametrize(
    ("stored", "body"),
    [
        (
            (
                "020000f30a28147ea4641b420301c1a0d72400d554572c584a4df6c46a89559c1569b98b5015720e5f7754b"
                "9612c32d82ad6cb42df05e2e1b5"
            ),
            {"id": "u1", "displayName": "Ada"},
        ),
        (
            (
                "030000bf6235609cae0ea3b7ab5ddc42c6f078668b248472af68a169740658d0197d8339a0f0af70d79091"
                "82b67fb0bae610ee1544997650f8"
            ),
            {"displayName": "Ada"},
        ),
        (
            (
                "0400012fb801d4e5d32398dff3d0affc16bf632d9d56a10e402e1c1abba893fe33a10988465c7778981588"
                "6e0f3124b94e8b2ec2455e5ac66f97afeed12ace16bd"
            ),
            {"id": "u1", "displayName": "Ada", "city": "Delft"},
        ),
    ],
)
def test_bodies_with_a_random_nonce_are_still_read(stored: str, body: dict[str, Any]) -> None:
    names = orjson.dumps(["displayName", "mail"])
    of_old = b"HFS4" + len(names).to_bytes(4, "big") + names
    opener = BodyOpener(KEY, TENANT, {("user", 1): of_old})

    assert opener.open(PLACE, bytes.fromhex(stored)) == body
    assert opener.open(PLACE, sealed(body, dictionary=of_old)) == body


def test_a_person_takes_few_bytes() -> None:
    dictionary = train([person(number) for number in range(1000)])

    assert len(sealed(person(1234) | {"id": "u1"}, dictionary=dictionary)) < 60
