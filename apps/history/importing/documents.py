"""JSON out of files, whatever tool wrote them: UTF-8 or UTF-16, one value or one a line."""

import io
from collections.abc import Iterator
from typing import IO, Any

import orjson

from apps.history.importing import limits
from apps.history.importing.limits import Refused
from apps.history.importing.places import UNREADABLE, Entry, Place

LINES = (".jsonl", ".ndjson")
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", ""),
    (b"\x00\x00\xfe\xff", ""),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_BAD_LINE = "A line of it is no JSON."


def is_json(path: str) -> bool:
    """Whether a file's name says that it holds JSON."""
    return path.lower().endswith((".json", *LINES))


def documents(place: Place, entry: Entry) -> Iterator[Any | Refused]:
    """The JSON values of a file; for a line that is none, why. Raises Refused for the file."""
    with place.open(entry) as file:
        try:
            if entry.path.lower().endswith(LINES):
                yield from _lines(file)
            else:
                yield _whole(file)
        except UNREADABLE:
            raise Refused("It is damaged: it cannot be read to its end.") from None


def _whole(file: IO[bytes]) -> Any:
    data = file.read(limits.LARGEST_DOCUMENT + 1)
    if len(data) > limits.LARGEST_DOCUMENT:
        raise Refused(f"It has more than {limits.LARGEST_DOCUMENT // limits.MIB} MiB.")
    encoding = encoding_of(data)
    try:
        text = data.decode(encoding)
    except ValueError:
        raise Refused(f"It is no text in {encoding.upper()}.") from None
    return _value(text)


def _lines(file: IO[bytes]) -> Iterator[Any | Refused]:
    buffered = io.BufferedReader(file) if isinstance(file, io.RawIOBase) else file
    start = buffered.read(4)
    text = io.TextIOWrapper(io.BufferedReader(_Rejoined(start, buffered)), encoding_of(start))
    while line := _line(text):
        if not line.strip():
            continue
        try:
            yield _value(line)
        except Refused:
            yield Refused(_BAD_LINE)


def _line(text: IO[str]) -> str:
    try:
        line = text.readline(limits.LARGEST_LINE)
    except UnicodeError:
        raise Refused("It is no text in UTF-8 or UTF-16.") from None
    if len(line) >= limits.LARGEST_LINE:
        raise Refused(f"A line of it has more than {limits.LARGEST_LINE // limits.MIB} MiB.")
    return line


def encoding_of(data: bytes) -> str:
    """The encoding that the first bytes speak for. Raises Refused for UTF-32.

    JSON begins with two characters of ASCII at least, so without a mark the zeros tell
    (RFC 4627, section 3).
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            if not encoding:
                raise Refused("It is in UTF-32, which no tool writes.")
            return encoding
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if data[:1] == b"\0" else "utf-8"


def _value(text: str) -> Any:
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeError):
        raise Refused("It is no JSON, or it is cut off.") from None
    if _is_too_deep(value):
        raise Refused(f"It is nested more than {limits.DEEPEST} levels deep.")
    return value


def _is_too_deep(value: Any) -> bool:
    """Looked at level by level: a function that calls itself would be what a deep value breaks."""
    level = [value]
    for _ in range(limits.DEEPEST + 1):
        level = [
            item
            for container in level
            if isinstance(container, dict | list)
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    return bool(level)


class _Rejoined(io.RawIOBase):
    """The bytes that were looked at, then the rest of the file."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        super().__init__()
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._start or self._rest.read(len(buffer))
        self._start = data[len(buffer) :]
        data = data[: len(buffer)]
        buffer[: len(data)] = data
        return len(data)
