"""Files that the API gives, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import requests

from apps.client.errors import Exit, Failure, usage

PART = 256 * 1024


def place_for(name: str, *, may_replace: bool) -> Path:
    """Where a file may go. Raises Failure when something is there already."""
    path = Path(name)
    if path.exists() and not may_replace:
        raise usage(f"{path} is there already.", todo="Name another with --output, or add --force.")
    if not path.parent.is_dir():
        raise usage(f"There is no folder {path.parent}.")
    return path


def save(answer: requests.Response, path: Path, sha256: str = "") -> int:
    """Write an answer into a file that only its owner reads; how many bytes.

    sha256: what it must be, in hexadecimal digits, where that is known. Raises Failure.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    digest, size = hashlib.sha256(), 0
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, answer:
            for data in answer.iter_content(PART):
                digest.update(data)
                size += len(data)
                file.write(data)
        if sha256 and digest.hexdigest() != sha256:
            raise _damaged()
        part.replace(path)
    except requests.exceptions.RequestException as error:
        raise _damaged() from error
    finally:
        part.unlink(missing_ok=True)
    return size


def _damaged() -> Failure:
    return Failure(
        "The file did not arrive whole.",
        Exit.UNAVAILABLE,
        code="damaged",
        safe="Nothing was written.",
        todo="Ask for it again.",
    )
