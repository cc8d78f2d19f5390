"""One suite for every store: what is finished is there whole, what is not is nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.core.errors import Invalid
from apps.history.offsite.errors import NotThere, StoreRefused, StoreUnavailable
from apps.history.offsite.stores import Lock, Store, check_address, open_store
from apps.history.offsite.stores.s3 import PART_SIZE
from tests.history.offsite.azure_double import AzureDouble, running_double
from tests.history.offsite.conftest import CREDENTIALS, S3

AZURE = {"account_key": "aG9sZGZhc3Q="}
KINDS = ("folder", "s3", "azure")
LOCKING = ("s3", "azure")


@pytest.fixture(scope="module")
def azure() -> Iterator[AzureDouble]:
    with running_double() as double:
        yield double


@pytest.fixture
def open_kind(s3: S3, azure: AzureDouble, folder: str) -> Callable[..., Store]:
    """A fresh store of a kind, with or without locks."""

    def make(kind: str, *, lock: bool = True) -> Store:
        if kind == "folder":
            return open_store(folder, {})
        if kind == "s3":
            return open_store(s3.address(s3.bucket(lock=lock)), CREDENTIALS)
        return open_store(azure.address(azure.container(lock=lock)), AZURE)

    return make


def put(store: Store, name: str, data: bytes, lock: Lock | None = None) -> str:
    upload = store.upload(name, lock)
    upload.write(data)
    return upload.finish()


def get(store: Store, name: str, version: str = "") -> bytes:
    return b"".join(store.read(name, version))


def in_days(days: int, mode: str = "compliance") -> Lock:
    return Lock(mode, datetime.now(UTC).replace(microsecond=0) + timedelta(days=days))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_put_comes_back_and_is_listed(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    put(store, "v1/a/one.hfb", b"first")
    put(store, "v1/a/empty.hfb", b"")
    put(store, "v1/b/two.hfb", b"second")

    assert get(store, "v1/a/one.hfb") == b"first"
    assert get(store, "v1/a/empty.hfb") == b""
    listed = {entry.name: entry.size for entry in store.versions("v1/a/")}
    assert listed == {"v1/a/one.hfb": 5, "v1/a/empty.hfb": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_large_goes_in_parts(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    data = os.urandom(2 * PART_SIZE + 12345)
    upload = store.upload("large", None)
    for start in range(0, len(data), 1024 * 1024):
        upload.write(data[start : start + 1024 * 1024])
    upload.finish()

    assert get(store, "large") == data


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_finished_is_nothing(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    upload = store.upload("half", None)
    upload.write(os.urandom(PART_SIZE + 1))
    upload.abort()

    assert list(store.versions("")) == []
    with pytest.raises(NotThere):
        get(store, "half")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_says_so(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    with pytest.raises(NotThere):
        get(store, "nothing")
    with pytest.raises(NotThere):
        store.lock_of("nothing", "")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_deleted_is_gone(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    version = put(store, "one", b"1")
    store.delete("one", version)
    assert list(store.versions("")) == []


@pytest.mark.parametrize("kind", LOCKING)
def test_a_lock_holds_from_the_first_moment_and_only_grows(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    assert store.protection().locks
    lock = in_days(3)

    version = put(store, "locked", b"kept", lock)
    assert store.lock_of("locked", version) == lock
    with pytest.raises(StoreRefused):
        store.delete("locked", version)

    longer = in_days(30)
    store.extend("locked", version, longer)
    assert store.lock_of("locked", version) == longer
    if kind == "azure":  # S3 refuses it as well; moto's server does not imitate that
        with pytest.raises(StoreRefused):
            store.extend("locked", version, in_days(1))


@pytest.mark.parametrize("kind", LOCKING)
def test_what_is_put_over_a_locked_object_leaves_it_readable(kind: str, open_kind: Any) -> None:
    store = open_kind(kind)
    version = put(store, "one", b"ours", in_days(3))
    put(store, "one", b"theirs")

    assert get(store, "one", version) == b"ours"
    assert {entry.version for entry in store.versions("one") if not entry.newest} == {version}


@pytest.mark.parametrize("kind", LOCKING)
def test_a_store_without_locks_says_so(kind: str, open_kind: Any) -> None:
    assert not open_kind(kind, lock=False).protection().locks


def test_a_folder_does_not_lock(folder: str) -> None:
    store = open_store(folder, {})
    assert not store.protection().locks
    with pytest.raises(StoreRefused):
        store.upload("one", in_days(1))


def test_a_name_does_not_lead_out_of_the_folder(folder: str) -> None:
    with pytest.raises(StoreRefused):
        open_store(folder, {}).upload("../outside", None)


def test_a_store_that_is_not_there_is_told_in_words(s3: S3, folder: str) -> None:
    with pytest.raises(StoreRefused, match="NoSuchBucket"):
        open_store(s3.address("no-such-bucket"), CREDENTIALS).protection()
    with pytest.raises(StoreUnavailable):
        open_store("s3://b/p?endpoint=http://127.0.0.1:9&region=x", CREDENTIALS).protection()
    with pytest.raises(StoreUnavailable, match="no such folder"):
        open_store(folder + "-gone", {}).protection()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "bucket",
        "http://bucket/prefix",
        "s3://",
        "s3://key:secret@bucket/prefix",
        "s3://bucket/prefix?credentials=x",
        "file://host/path",
        "file:relative",
        "azure://account",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        check_address(address)
