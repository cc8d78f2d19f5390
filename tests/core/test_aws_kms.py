"""The installation's key may live in AWS KMS. A local double answers its HTTP API."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from pytest_django import Settings

from apps.core import envelope
from apps.core.errors import Unavailable
from apps.core.installation_keys import KeyProblem
from apps.demo.processes import free_port

DATA_KEY = bytes(range(32))
REGION = "eu-west-1"


@dataclass
class Kms:
    url: str
    client: Any

    def new_key(self) -> str:
        """A key's entry for HOLDFAST_KEYS."""
        return "aws-kms:" + str(self.client.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def double() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def kms(double: str, monkeypatch: pytest.MonkeyPatch) -> Kms:
    for name, value in {
        "AWS_ENDPOINT_URL_KMS": double,
        "AWS_ACCESS_KEY_ID": "holdfast",
        "AWS_SECRET_ACCESS_KEY": "holdfast",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    return Kms(double, boto3.session.Session(region_name=REGION).client("kms"))


def test_a_data_key_is_wrapped_by_the_service_and_opens_with_its_context(
    kms: Kms, settings: Settings
) -> None:
    settings.HOLDFAST_KEYS = [kms.new_key()]

    wrapped = envelope.wrap(DATA_KEY, b"tenant:1")

    assert DATA_KEY not in wrapped
    assert envelope.unwrap(wrapped, b"tenant:1") == DATA_KEY
    with pytest.raises(KeyProblem):
        envelope.unwrap(wrapped, b"tenant:2")


def test_one_moves_from_a_local_key_to_the_service_and_back(kms: Kms, settings: Settings) -> None:
    local, remote = base64.b64encode(os.urandom(32)).decode(), kms.new_key()
    settings.HOLDFAST_KEYS = [local]
    first = envelope.wrap(DATA_KEY, b"tenant:1")

    settings.HOLDFAST_KEYS = [remote, local]
    assert envelope.needs_rewrap(first)
    second = envelope.rewrap(first, b"tenant:1")
    assert not envelope.needs_rewrap(second)

    settings.HOLDFAST_KEYS = [local, remote]
    third = envelope.rewrap(second, b"tenant:1")
    settings.HOLDFAST_KEYS = [local]
    assert envelope.unwrap(third, b"tenant:1") == DATA_KEY


def test_changed_bytes_do_not_open(kms: Kms, settings: Settings) -> None:
    settings.HOLDFAST_KEYS = [kms.new_key()]
    wrapped = bytearray(envelope.wrap(DATA_KEY, b"tenant:1"))
    wrapped[-1] ^= 1
    with pytest.raises(KeyProblem):
        envelope.unwrap(bytes(wrapped), b"tenant:1")


def test_a_key_that_is_not_there_is_told_in_words(kms: Kms, settings: Settings) -> None:
    settings.HOLDFAST_KEYS = [kms.new_key()[:-12] + "000000000000"]

    with pytest.raises(KeyProblem, match="NotFoundException") as caught:
        envelope.wrap(DATA_KEY, b"tenant:1")

    assert "enabled" in caught.value.todo
    assert "intact" in caught.value.safe


def test_a_service_that_does_not_answer_may_be_asked_again(
    kms: Kms, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = kms.new_key()
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{free_port()}")
    settings.HOLDFAST_KEYS = [entry]

    with pytest.raises(Unavailable) as caught:
        envelope.wrap(DATA_KEY, b"tenant:1")

    assert caught.value.retryable


@pytest.mark.parametrize("entry", ["aws-kms:", "aws-kms:alias/holdfast", "aws-kms:arn:aws:s3:::b"])
def test_an_address_that_is_no_arn_is_refused(entry: str, settings: Settings) -> None:
    settings.HOLDFAST_KEYS = [entry]
    with pytest.raises(KeyProblem, match="not an ARN"):
        envelope.wrap(DATA_KEY, b"tenant:1")
