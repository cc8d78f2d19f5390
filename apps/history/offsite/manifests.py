"""The manifest of a bundle: everything it consists of. It is written last; without it there is
no bundle."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from apps.core import canonical

FORMAT = 1
MANIFEST = "manifest.hfb"


@dataclass(frozen=True, slots=True)
class FileRef:
    """One file in the store. size, digest: of its bytes as stored, and SHA-256 in hex.

    plain: SHA-256 of what it holds, in hex. tables: rows by table. version: the store's name for
    this very version. until: when its lock ends, ISO 8601, "" without one. after: the last value
    of the column by which the table is added to, where the file is one of such a table.
    """

    name: str
    version: str
    size: int
    digest: str
    plain: str
    tables: dict[str, int]
    until: str = ""
    after: Any = None


@dataclass(frozen=True, slots=True)
class LogPart:
    """The log after position low up to high. state: digest over the prunings within and over the
    tables' columns; a part with another one than it would have now is written again."""

    low: int
    high: int
    state: str
    files: tuple[FileRef, ...]

    @property
    def rows(self) -> int:
        return sum(sum(file.tables.values()) for file in self.files)


@dataclass(frozen=True, slots=True)
class Manifest:
    """bundle: its id, which grows with time. number: counts a copy's bundles from 1. previous:
    name and digest of the manifest before. kind: "tenant" or "installation"; subject: its id.

    seq, root: the newest snapshot in it. prunings: digest over all prunings that it knows. about:
    what a reader has to know before any row. first, log, state: its files, in the order in which
    they are restored.
    """

    kind: str
    subject: str
    bundle: str
    number: int
    previous: dict[str, str] | None
    made_at: str
    whole_at: str
    seq: int = 0
    root: str = ""
    prunings: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    log: tuple[LogPart, ...] = ()
    first: tuple[FileRef, ...] = ()
    state: tuple[FileRef, ...] = ()
    format: int = FORMAT

    def files(self) -> Iterator[FileRef]:
        """Every file it needs, its own excepted."""
        for part in self.log:
            yield from part.files
        yield from self.first
        yield from self.state

    def values(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)

    def to_bytes(self) -> bytes:
        return canonical.dumps(self.values())


def from_values(values: dict[str, Any]) -> Manifest:
    """A manifest from its JSON values. Raises KeyError, TypeError or ValueError for no manifest."""
    if values.get("format") != FORMAT:
        raise ValueError("the manifest has another format")
    parts = tuple(LogPart(**{**part, "files": _files(part["files"])}) for part in values["log"])
    files = {name: _files(values[name]) for name in ("first", "state")}
    return Manifest(**{**values, "log": parts, **files})


def _files(values: list[dict[str, Any]]) -> tuple[FileRef, ...]:
    return tuple(FileRef(**value) for value in values)
