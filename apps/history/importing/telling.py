"""What became of every file, told while the files are read: JSON Lines, compressed."""

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

UNDERSTOOD, PARTLY, NOT_UNDERSTOOD, REFUSED = "understood", "partly", "not understood", "refused"
# Properties that are named in the summary, the most frequent ones.
_MOST_NAMES = 40


@dataclass(slots=True)
class FileStory:
    """What one file held. objects: by kind; links: by name; by: what they were recognised by.

    why: what was not understood, and how often. left_out: properties that are not kept.
    """

    path: str
    objects: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    by: set[str] = field(default_factory=set)
    why: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    refused: bool = False

    @property
    def outcome(self) -> str:
        if self.refused:
            return REFUSED
        if not (self.objects or self.links):
            return NOT_UNDERSTOOD
        return PARTLY if self.why else UNDERSTOOD

    def as_json(self) -> dict[str, Any]:
        said: Mapping[str, Any] = {
            "objects": dict(self.objects),
            "links": dict(self.links),
            "recognised_by": sorted(self.by),
            "why": [text for text, _ in self.why.most_common()],
            "left_out": sorted(self.left_out),
        }
        told = {name: value for name, value in said.items() if value}
        return {"file": self.path, "outcome": self.outcome, **told}


class Story:
    """The whole of it. Only the compressed lines and some counts are in memory."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj(wbits=31)
        self._packed: list[bytes] = []
        self._outcomes: Counter[str] = Counter()
        self._objects: Counter[str] = Counter()
        self._links: Counter[str] = Counter()
        self._left_out: dict[str, Counter[str]] = {}
        self._why: Counter[str] = Counter()

    def tell(self, file: FileStory) -> None:
        """Take one file's story in."""
        line = orjson.dumps(file.as_json(), option=orjson.OPT_APPEND_NEWLINE)
        self._packed.append(self._packer.compress(line))
        self._outcomes[file.outcome] += 1
        self._objects += file.objects
        self._links += file.links
        self._why += file.why
        for kind in file.objects:
            self._left_out.setdefault(kind, Counter()).update(file.left_out)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of which at least one object was understood."""
        return frozenset(self._objects)

    def summary(self) -> dict[str, Any]:
        """Numbers and names of properties; no path, and nothing of any object."""
        return {
            "files": dict(self._outcomes),
            "objects": dict(self._objects),
            "links": dict(self._links),
            "why": dict(self._why.most_common(_MOST_NAMES)),
            "left_out": {
                kind: [name for name, _ in names.most_common(_MOST_NAMES)]
                for kind, names in self._left_out.items()
                if names
            },
        }

    def as_file(self) -> list[bytes]:
        """The lines, in the form of gzip. Once."""
        self._packed.append(self._packer.flush())
        return self._packed
