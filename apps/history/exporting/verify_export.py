#!/usr/bin/env python3
"""Check an export of Holdfast without Holdfast.

    python3 verify_export.py --key signing-key.pem EXPORT.zip

Needs Python 3.9 or later and nothing else; where the package "cryptography" is installed, it checks
the signature. Names every file that was changed, is missing or was added, and says whether the
installation whose key is given signed the export. Nothing is unpacked.

Take this script and the key from the installation itself, not from the ZIP file: a verifier inside
what it verifies proves nothing, and neither does a key.

Exit codes: 0 it is as it was signed, 1 it is not, 2 it could not be checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

FORMAT, VERSION = "holdfast-export", 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LARGEST_MANIFEST = 64 * 1024 * 1024
PORTION = 1024 * 1024
NOT_SO, NOT_CHECKED = 1, 2

# What DER puts in front of the 32 bytes of an Ed25519 public key (RFC 8410, section 4).
DER_PREFIX = bytes.fromhex("302a300506032b6570032100")
PEM = re.compile(r"-----BEGIN PUBLIC KEY-----(.+?)-----END PUBLIC KEY-----", re.DOTALL)


# What the module zipfile raises for what is no ZIP file, or a damaged one.
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    struct.error,
    zlib.error,
)

Entries = dict[str, zipfile.ZipInfo]
Point = tuple[int, int, int, int]


class CannotCheck(Exception):
    """The export, or what is needed to check it, cannot be read at all."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Check an export of Holdfast: every file, and who signed it."
    )
    parser.add_argument("export", metavar="EXPORT.zip")
    parser.add_argument(
        "--key",
        required=True,
        metavar="FILE",
        help="the installation's public key (PEM; several in one file are fine)",
    )
    options = parser.parse_args(arguments)
    try:
        keys = read_keys(options.key)
        with open_archive(options.export) as archive:
            problems, said = check(archive, keys)
    except CannotCheck as error:
        say(f"Could not be checked: {error}")
        return NOT_CHECKED
    for line in problems or said:
        say(line)
    say(f"NOT AS SIGNED: {len(problems)} problem(s)." if problems else "As signed.")
    return NOT_SO if problems else 0


def check(archive: zipfile.ZipFile, keys: list[bytes]) -> tuple[list[str], list[str]]:
    """The problems found, one line each, and what can be said when there are none."""
    entries = archive.infolist()
    problems = [f"added: a second file named {name}" for name in named_twice(entries)]
    by_name = {entry.filename: entry for entry in entries}
    manifest_bytes = small_file(archive, by_name, MANIFEST)
    problems += signature_problems(archive, by_name, manifest_bytes, keys)
    try:
        manifest = json.loads(manifest_bytes)
        files = manifest["files"]
        expected = {name: (one["bytes"], one["sha256"]) for name, one in files.items()}
        form, version = manifest["format"], manifest["version"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [*problems, f"changed: {MANIFEST} is no manifest"], []
    if (form, version) != (FORMAT, VERSION):
        raise CannotCheck(f"this script does not know exports of the form {form} {version}.")
    for name in sorted(expected):
        if name not in by_name:
            problems.append(f"missing: {name}")
        elif not is_as_expected(archive, by_name[name], *expected[name]):
            problems.append(f"changed: {name}")
    for name in sorted(by_name.keys() - expected.keys() - {MANIFEST, SIGNATURE}):
        problems.append(f"added: {name}")
    return problems, [] if problems else list(summary(manifest, len(expected), keys))


def signature_problems(
    archive: zipfile.ZipFile, by_name: Entries, manifest_bytes: bytes, keys: list[bytes]
) -> list[str]:
    if SIGNATURE not in by_name:
        return [f"missing: {SIGNATURE}"]
    try:
        signature = base64.b64decode(
            json.loads(small_file(archive, by_name, SIGNATURE))["signature"], validate=True
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return [f"changed: {SIGNATURE} is no signature"]
    message = bound("export-manifest", manifest_bytes)
    if any(is_signed(key, message, signature) for key in keys):
        return []
    return [f"changed: {MANIFEST} or {SIGNATURE}: the signature is not by any of the keys given"]


def summary(manifest: dict[str, Any], number: int, keys: list[bytes]) -> Iterator[str]:
    tenant, snapshot = manifest.get("tenant", {}), manifest.get("snapshot", {})
    yield f"Export of {tenant.get('name')}, snapshot {snapshot.get('seq')}."
    yield f"Taken {snapshot.get('taken_at')}, exported {manifest.get('exported_at')}."
    if not snapshot.get("complete"):
        yield "The snapshot is partial: export.json says what is missing."
    yield f"{number} files are as listed, and the list is signed by a key that you gave."
    try:
        root = bytes.fromhex(snapshot["root"])
        signature = base64.b64decode(snapshot["root_signature"], validate=True)
    except (KeyError, TypeError, ValueError):
        return
    if any(is_signed(key, bound("snapshot-root", root), signature) for key in keys):
        yield f"The snapshot's root {root.hex()} is signed too."
    else:
        yield "The snapshot's root is signed by another key, which was not given."


def is_as_expected(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, size: int, digest: str
) -> bool:
    if entry.flag_bits & 0x1 or entry.file_size != size:
        return False
    found, read = hashlib.sha256(), 0
    try:
        with archive.open(entry) as file:
            while portion := file.read(PORTION):
                read += len(portion)
                if read > size:
                    return False
                found.update(portion)
    except UNREADABLE:
        return False
    return read == size and found.hexdigest() == digest


def named_twice(entries: Iterable[zipfile.ZipInfo]) -> Iterator[str]:
    seen: set[str] = set()
    for entry in entries:
        if entry.filename in seen:
            yield entry.filename
        seen.add(entry.filename)


def open_archive(path: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise CannotCheck(f"{path} cannot be opened ({error.strerror}).") from None
    except UNREADABLE:
        raise CannotCheck(f"{path} is no ZIP file, or it is cut off.") from None


def small_file(archive: zipfile.ZipFile, by_name: Entries, name: str) -> bytes:
    if name not in by_name:
        raise CannotCheck(f"there is no {name} in it, so it is no export of Holdfast.")
    if by_name[name].file_size > LARGEST_MANIFEST:
        raise CannotCheck(f"{name} is larger than any of Holdfast's.")
    try:
        with archive.open(by_name[name]) as file:
            return file.read(LARGEST_MANIFEST)
    except UNREADABLE:
        raise CannotCheck(f"{name} is damaged.") from None


def say(line: str) -> None:
    """A line of the answer. Names of files are whatever somebody chose: nothing odd is printed."""
    plain = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in line)
    sys.stdout.write(plain.encode("ascii", "backslashreplace").decode() + "\n")


def read_keys(path: str) -> list[bytes]:
    """The public keys of a file, 32 bytes each: PEM, or one in base64 or hexadecimal digits."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(1024 * 1024)
    except (OSError, ValueError):
        raise CannotCheck(f"the key {path} cannot be read.") from None
    keys = []
    for block in PEM.findall(text):
        der = decoded(block)
        if der[: len(DER_PREFIX)] == DER_PREFIX and len(der) == len(DER_PREFIX) + 32:
            keys.append(der[len(DER_PREFIX) :])
    if not keys:
        bare = text.strip()
        raw = bytes.fromhex(bare) if re.fullmatch("[0-9a-fA-F]{64}", bare) else decoded(bare)
        keys = [raw] if len(raw) == 32 else []
    if not keys:
        raise CannotCheck(f"{path} holds no Ed25519 public key.")
    return keys


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def bound(purpose: str, message: bytes) -> bytes:
    return b"holdfast:" + purpose.encode() + b"\0" + message


# Ed25519, RFC 8032: the equations of section 5.1, for checking only, so nothing here is secret.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the public key (32 bytes) made the signature (64 bytes)."""
    if len(signature) != 64 or len(key) != 32:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return is_signed_by_the_book(key, message, signature)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed_by_the_book(key: bytes, message: bytes, signature: bytes) -> bool:
    """The same without the package "cryptography"; some milliseconds slower."""
    public, commitment = point(key), point(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if public is None or commitment is None or response >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    left = times(response, base())
    right = plus(commitment, times(challenge, public))
    return same(left, right)


def point(data: bytes) -> Point | None:
    """The point that 32 bytes stand for, as (X, Y, Z, T); None when there is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def plus(first: Point, second: Point) -> Point:
    a = (first[1] - first[0]) * (second[1] - second[0]) % P
    b = (first[1] + first[0]) * (second[1] + second[0]) % P
    c = 2 * first[3] * second[3] * D % P
    d = 2 * first[2] * second[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(number: int, of: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = plus(total, of)
        of, number = plus(of, of), number >> 1
    return total


def same(first: Point, second: Point) -> bool:
    return (first[0] * second[2] - second[0] * first[2]) % P == 0 and (
        first[1] * second[2] - second[1] * first[2]
    ) % P == 0


def base() -> Point:
    """The point that all keys are multiples of (section 5.1)."""
    x = 15112221349535400772501151409588531511454012693041857206046113283949847762202
    y = 4 * pow(5, -1, P) % P
    return (x, y, 1, x * y % P)


if __name__ == "__main__":
    sys.exit(main())
