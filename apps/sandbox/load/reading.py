"""From bytes to Graph objects: encodings, list responses and single objects."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)


class UnreadableError(Exception):
    """The file holds no Graph JSON; the text says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """The objects of one file and the context that Graph wrote above them."""

    context: str
    items: list[dict[str, Any]]


def read_document(path: Path) -> Document:
    """Read a file, whatever PowerShell or a browser made of its encoding.

    Raises:
        UnreadableError: the file cannot be read, is not JSON or holds no objects.
    """
    try:
        content = json.loads(decode(path.read_bytes()))
    except OSError as error:
        raise UnreadableError(f"The file cannot be read: {error.strerror}.") from error
    except (UnicodeError, ValueError, RecursionError) as error:
        raise UnreadableError(f"The file is not JSON: {error}.") from error
    return _document(content)


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or UTF-32, with a byte order mark or without."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\x00" in data[:4]:
        return data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le")
    return data.decode("utf-8")


def _document(content: object) -> Document:
    context = ""
    if isinstance(content, dict):
        context = str(content.get("@odata.context", ""))
        listed = content.get("value")
        content = listed if isinstance(listed, list) else [content]
    if not isinstance(content, list):
        raise UnreadableError("The file holds neither an object nor a list of objects.")
    items = [item for item in content if isinstance(item, dict)]
    if content and not items:
        raise UnreadableError("The list in the file holds no objects.")
    return Document(context, items)
