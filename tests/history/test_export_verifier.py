"""The standalone script: it names whatever was done to an export, and needs nothing of ours."""

import base64
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import signing
from apps.history.exporting import verify_export
from apps.tenants.models import Tenant
from tests.history.conftest import Capture
from tests.history.exports import as_archive, exported, files_of, verified
from tests.history.sources import MemorySource, small_directory

Files = dict[str, bytes]


@pytest.fixture
def source() -> MemorySource:
    return small_directory()


@pytest.fixture
def archive(tenant: Tenant, capture: Capture) -> bytes:
    snapshot = capture().snapshot
    assert snapshot is not None
    return exported(tenant, snapshot)


def test_an_untouched_export_is_as_signed(archive: bytes, tmp_path: Path) -> None:
    code, said = verified(tmp_path, archive)

    assert code == 0
    assert "As signed." in said
    assert "root" in said


def change_an_object(files: Files) -> str:
    files["objects/user/u1.json"] = files["objects/user/u1.json"].replace(b"User 1", b"User 2")
    return "changed: objects/user/u1.json"


def lengthen_a_list(files: Files) -> str:
    files["links/group.members.jsonl"] += b'{"link": "group.members", "source": "g1"}\n'
    return "changed: links/group.members.jsonl"


def take_an_object_out(files: Files) -> str:
    del files["objects/user/u1.json"]
    return "missing: objects/user/u1.json"


def put_an_object_in(files: Files) -> str:
    files["objects/user/u7.json"] = b"{}"
    return "added: objects/user/u7.json"


def better_the_completeness(files: Files) -> str:
    files["export.json"] = files["export.json"].replace(b'"complete"', b'"partial"', 1)
    return "changed: export.json"


def change_the_script(files: Files) -> str:
    files["verify_export.py"] += b"\n"
    return "changed: verify_export.py"


def change_object_and_manifest(files: Files) -> str:
    manifest = json.loads(files["manifest.json"])
    del manifest["files"]["objects/user/u1.json"], files["objects/user/u1.json"]
    files["manifest.json"] = json.dumps(manifest).encode()
    return "the signature is not by any of the keys given"


def break_the_manifest(files: Files) -> str:
    files["manifest.json"] = b"[" * 100_000
    return "manifest.json is no manifest"


def take_the_signature_out(files: Files) -> str:
    del files["manifest.sig"]
    return "missing: manifest.sig"


def sign_it_oneself(files: Files) -> str:
    """Whoever changes everything can sign with a key of his own, and put that one beside it."""
    forger = signing.Signer(os.urandom(32))
    signature = forger.sign("export-manifest", files["manifest.json"])
    said = json.loads(files["manifest.sig"])
    said["signature"] = base64.b64encode(signature).decode()
    said["public_key"] = base64.b64encode(forger.public_key).decode()
    files["manifest.sig"] = json.dumps(said).encode()
    return "the signature is not by any of the keys given"


def present_the_roots_signature(files: Files) -> str:
    """A signature by the right key, made for something else."""
    root = json.loads(files["manifest.json"])["snapshot"]["root_signature"]
    files["manifest.sig"] = json.dumps({"signature": root}).encode()
    return "the signature is not by any of the keys given"


@pytest.mark.parametrize(
    "tamper",
    [
        change_an_object,
        lengthen_a_list,
        take_an_object_out,
        put_an_object_in,
        better_the_completeness,
        change_the_script,
        change_object_and_manifest,
        break_the_manifest,
        take_the_signature_out,
        sign_it_oneself,
        present_the_roots_signature,
    ],
)
def test_whatever_was_done_is_named(
    archive: bytes, tmp_path: Path, tamper: Callable[[Files], str]
) -> None:
    files = files_of(archive)
    expected = tamper(files)

    code, said = verified(tmp_path, as_archive(files))

    assert code == 1
    assert expected in said


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_file_of_the_same_name_is_named(archive: bytes, tmp_path: Path) -> None:
    out = io.BytesIO(archive)
    with zipfile.ZipFile(out, "a") as opened:
        opened.writestr("objects/user/u1.json", files_of(archive)["objects/user/u1.json"])

    code, said = verified(tmp_path, out.getvalue())

    assert code == 1
    assert "a second file named objects/user/u1.json" in said


def test_another_installations_key_does_not_fit(archive: bytes, tmp_path: Path) -> None:
    other = signing.Signer(os.urandom(32)).public_key

    code, said = verified(tmp_path, archive, key=base64.b64encode(other))

    assert code == 1
    assert "not by any of the keys given" in said


@pytest.mark.parametrize("file", [b"", b"no archive", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_export_cannot_be_checked(file: bytes, tenant: Tenant, tmp_path: Path) -> None:
    code, said = verified(tmp_path, file)

    assert code == 2
    assert "Could not be checked" in said


def test_half_a_file_cannot_be_checked(archive: bytes, tmp_path: Path) -> None:
    code, said = verified(tmp_path, archive[: len(archive) // 2])

    assert code == 2
    assert "cut off" in said


def test_no_flipped_byte_goes_unnoticed(
    archive: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the script finds nothing wrong, every file is what it was: a flipped byte may also hit
    what a ZIP file says twice, or what says nothing about content."""
    verified(tmp_path, archive)
    before = files_of(archive)
    file, key = str(tmp_path / "export.zip"), str(tmp_path / "key.pem")

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, len(archive) - 1), st.integers(1, 255))
    def flip(place: int, by: int) -> None:
        flipped = bytearray(archive)
        flipped[place] ^= by
        Path(file).write_bytes(flipped)
        if verify_export.main(["--key", key, file]) == 0:
            assert files_of(bytes(flipped)) == before
        capsys.readouterr()

    flip()


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_without_the_package_signatures_are_checked_alike(
    seed: bytes, message: bytes, bit: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8

    assert verify_export.is_signed_by_the_book(public, message, signature)
    assert not verify_export.is_signed_by_the_book(public, message, bytes(flipped))
    assert not verify_export.is_signed_by_the_book(public, message + b".", signature)
