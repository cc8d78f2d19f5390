"""A real S3 server process, and stores on it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest

from apps.demo.processes import free_port

CREDENTIALS = {"access_key_id": "holdfast", "secret_access_key": "holdfast"}


@dataclass
class S3:
    """The server and a client of our own, to look behind the product's back."""

    url: str
    client: Any

    def bucket(self, *, lock: bool = True) -> str:
        """A new bucket's name."""
        name = f"bundles-{uuid4().hex[:12]}"
        self.client.create_bucket(
            Bucket=name,
            ObjectLockEnabledForBucket=lock,
            CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
        )
        return name

    def address(self, bucket: str, prefix: str = "holdfast") -> str:
        return f"s3://{bucket}/{prefix}?endpoint={self.url}&region=eu-west-1"

    def keys(self, bucket: str) -> list[str]:
        answer = self.client.list_objects_v2(Bucket=bucket)
        return [found["Key"] for found in answer.get("Contents", ())]


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """moto's server, as a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        url = f"http://127.0.0.1:{port}"
        client = boto3.session.Session("holdfast", "holdfast", region_name="eu-west-1").client(
            "s3", endpoint_url=url
        )
        yield S3(url, client)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the S3 server did not start")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """The address of an empty folder."""
    path = tmp_path / "offsite"
    path.mkdir()
    return path.as_uri()


Address = Callable[[], str]
