"""What must never stand in a log line: secrets, tokens, and what identifies a person.

Every test of the run is watched: whatever our code and the libraries under it say at the level that
an installation logs (INFO) is searched for the values that tests plant everywhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.factories import PASSWORD


@dataclass(frozen=True)
class Canary:
    name: str
    pattern: re.Pattern[str]


CANARIES = (
    Canary("a password", re.compile(re.escape(PASSWORD))),
    Canary("a private key", re.compile("PRIVATE KEY-----")),
    Canary("a token of Entra's", re.compile(r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}")),
    Canary("an API token", re.compile(r"\bhf_[A-Za-z0-9_-]{16,}")),
    Canary("an Authorization header", re.compile(r"(?i)authorization['\": ]+(bearer|basic) \S")),
    Canary("an e-mail address or UPN", re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")),
    Canary("a secret in an address", re.compile(r"(?i)[?&](code|state|token|key|secret)=\w")),
    Canary(
        "a key of the installation", re.compile(r"YSBrZXktZW5jcnlwdGlvbiBrZXkgZm9yIHRlc3RzLi4=")
    ),
)


def found_in(text: str) -> list[str]:
    """What of CANARIES stands in a text, with the line it stands in."""
    return [
        f"{canary.name}: {line.strip()[:300]}"
        for line in text.splitlines()
        for canary in CANARIES
        if canary.pattern.search(line)
    ]


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        # Formatted as an installation does: a traceback is part of the line.
        self.lines.append(self.format(record))


@contextmanager
def listening(silent: Iterable[str] = ()) -> Iterator[list[str]]:
    """Collects what is logged inside the block; loggers under `silent` do not count."""
    listener = _Listener()
    names = tuple(silent)
    listener.addFilter(lambda record: not record.name.startswith(names))
    root = logging.getLogger()
    root.addHandler(listener)
    try:
        yield listener.lines
    finally:
        root.removeHandler(listener)
