"""Listens to what a test makes the product log, as an installation would (INFO and above)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from apps.demo import log_watch
from tests.factories import PASSWORD

# The key that the tests' settings wrap with, as it stands there.
INSTALLATION_KEY = "YSBrZXktZW5jcnlwdGlvbiBrZXkgZm9yIHRlc3RzLi4="
CANARIES = log_watch.planted(PASSWORD, INSTALLATION_KEY)


def found_in(text: str) -> list[str]:
    """What of CANARIES stands in a text, with the line it stands in."""
    return log_watch.found_in(text, CANARIES)


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
