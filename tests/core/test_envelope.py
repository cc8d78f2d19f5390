"""What is sealed opens with its key and its context, and with nothing else."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from apps.core import envelope
from apps.core.envelope import KeyProblem

KEY = bytes(range(32))


def encoded() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@given(st.binary(max_size=2000), st.binary(max_size=50))
def test_what_was_sealed_opens_again(plaintext: bytes, aad: bytes) -> None:
    sealed = envelope.seal(KEY, plaintext, aad)
    assert envelope.open_sealed(KEY, sealed, aad) == plaintext
    assert len(sealed) == len(plaintext) + envelope.OVERHEAD


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_changed_bit_is_noticed(plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(envelope.seal(KEY, plaintext, b"row 1"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(KeyProblem):
        envelope.open_sealed(KEY, bytes(sealed), b"row 1")


def test_another_key_or_another_context_does_not_open_it() -> None:
    sealed = envelope.seal(KEY, b"secret", b"row 1")
    with pytest.raises(KeyProblem):
        envelope.open_sealed(KEY, sealed, b"row 2")
    with pytest.raises(KeyProblem):
        envelope.open_sealed(bytes(32), sealed, b"row 1")


def test_a_new_installation_key_still_opens_and_rewraps_what_the_old_one_wrapped(
    settings: Settings,
) -> None:
    old, new = encoded(), encoded()
    settings.HOLDFAST_KEYS = [old]
    wrapped = envelope.wrap(KEY, b"tenant 1")
    settings.HOLDFAST_KEYS = [new, old]
    assert envelope.needs_rewrap(wrapped)
    again = envelope.rewrap(wrapped, b"tenant 1")
    settings.HOLDFAST_KEYS = [new]
    assert not envelope.needs_rewrap(again)
    assert envelope.unwrap(again, b"tenant 1") == KEY
    with pytest.raises(KeyProblem, match="not configured"):
        envelope.unwrap(wrapped, b"tenant 1")


@pytest.mark.parametrize(
    "keys", [[], ["too short"], [base64.b64encode(b"16 bytes of key.").decode()]]
)
def test_unusable_installation_keys_are_named(settings: Settings, keys: list[str]) -> None:
    settings.HOLDFAST_KEYS = keys
    with pytest.raises(KeyProblem) as caught:
        envelope.wrap(KEY, b"tenant 1")
    assert "HOLDFAST_KEYS" in caught.value.todo
