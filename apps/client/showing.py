"""What people and scripts get to see: tables for the one, JSON for the other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from apps.client.api import Thing
from apps.client.errors import Failure

# A column's head, and the field that it shows or what makes its words of a row.
Column = tuple[str, str | Callable[[Thing], Any]]

STYLES = {
    "high": "bold red",
    "failed": "bold red",
    "refused": "bold red",
    "medium": "yellow",
    "complete-with-warnings": "yellow",
    "paused": "yellow",
    "complete": "green",
    "done": "green",
    "approved": "green",
}


@dataclass
class Output:
    """json: for scripts. out: gets the answer and nothing else; err: progress, hints, errors."""

    json: bool
    out: TextIO
    err: TextIO

    def __post_init__(self) -> None:
        # rich itself leaves colours out for NO_COLOR and where there is no terminal.
        self.people = Console(file=self.out, highlight=False, soft_wrap=True)
        self.notes = Console(file=self.err, highlight=False, soft_wrap=True)

    def listing(self, rows: Iterable[Thing], columns: Sequence[Column], nothing: str) -> None:
        """A list: {"results": [...]} or a table. nothing: said to people when it is empty."""
        found = list(rows)
        if self.json:
            self.data({"results": found})
        elif found:
            self.table(found, columns)
        else:
            self.note(nothing)

    def thing(self, thing: Thing, columns: Sequence[Column]) -> None:
        """One thing: itself, or a line for each column."""
        if self.json:
            self.data(thing)
            return
        longest = max(len(head) for head, _ in columns)
        for head, field in columns:
            if words := cell(thing, field):
                line = Text(f"{head:<{longest}}  ", style="dim")
                self.people.print(line.append(words, style=STYLES.get(words, "not dim")))

    def table(self, rows: Sequence[Thing], columns: Sequence[Column]) -> None:
        """Columns for people; off a terminal a line for each row, with tabs between."""
        lines = [[cell(row, field) for _, field in columns] for row in rows]
        if not self.people.is_terminal:
            for line in [[head for head, _ in columns], *lines]:
                self.out.write("\t".join(line) + "\n")
            return
        shown = Table(box=None, pad_edge=False, header_style="bold")
        for head, _ in columns:
            shown.add_column(head, overflow="fold")
        for line in lines:
            shown.add_row(*(Text(words, style=STYLES.get(words, "")) for words in line))
        Console(file=self.out, highlight=False).print(shown)

    def data(self, found: Any) -> None:
        """JSON for scripts, and nothing for people."""
        if self.json:
            json.dump(found, self.out, indent=2, ensure_ascii=False)
            self.out.write("\n")

    def say(self, words: str) -> None:
        """Part of the answer to people."""
        if not self.json:
            self.people.print(Text(clean(words)))

    def note(self, words: str) -> None:
        """A word to people beside the answer; scripts do not get it."""
        if not self.json:
            self.notes.print(Text(clean(words)))

    def failure(self, failure: Failure) -> None:
        """What happened, what is safe, what to do."""
        if self.json:
            json.dump(failure.as_json(), self.err, indent=2, ensure_ascii=False)
            self.err.write("\n")
            return
        self.notes.print(Text(clean(failure.message), style="bold"))
        for head, words in (("Safe: ", failure.safe), ("To do: ", failure.todo)):
            if words:
                self.notes.print(Text(head, style="dim").append(clean(words), style="not dim"))


def cell(row: Thing, field: str | Callable[[Thing], Any]) -> str:
    """The words of a field; "" for what is not there."""
    value = field(row) if callable(field) else row.get(field)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return clean(", ".join(str(one) for one in value))
    return clean(str(value))


def clean(words: str) -> str:
    """Without what would steer a terminal or break a line: names in a directory are anybody's."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in words)


def moment(name: str) -> Callable[[Thing], str]:
    """The field of a point in time, in UTC to the minute."""

    def words(row: Thing) -> str:
        text = row.get(name)
        return (
            datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%MZ") if text else ""
        )

    return words


def counted(name: str) -> Callable[[Thing], str]:
    """The field of counts by name: "3 objects, 1 link"; what is zero is left out."""

    def words(row: Thing) -> str:
        counts = row.get(name) or {}
        return ", ".join(
            f"{count} {_number_of(what, count)}"
            for what, count in counts.items()
            if isinstance(count, int) and count
        )

    return words


def _number_of(what: str, count: int) -> str:
    """What is counted, in the number that goes with the count."""
    said = what.replace("_", " ")
    return said[:-1] if count == 1 and said.endswith("s") else said


def person(name: str) -> Callable[[Thing], str]:
    """The field of a person."""
    return lambda row: (row.get(name) or {}).get("name", "")
