"""Every event that is recorded is registered, and every one that is registered is recorded."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from apps.audit import documenting
from apps.audit.choices import Category
from apps.audit.registry import ALWAYS_PERSONAL, all_events

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
NAMES = {event.name for event in all_events()}
# Sandbox events and the like have nothing to do with the trail.
SOURCES = [
    path
    for path in sorted(ROOT.glob("apps/*/**/*.py"))
    if "/migrations/" not in str(path)
    and path.name != "audit_events.py"
    and "apps/sandbox/" not in str(path)
]


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def recorded_by_name(path: Path) -> Iterator[str]:
    """Names given to whatever records: audit.record(...) and the helpers around it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if not re.fullmatch(r"_?record(_[a-z]+)*", name):
            continue
        given = [
            *node.args,
            *(keyword.value for keyword in node.keywords if keyword.arg == "event"),
        ]
        for part in (inner for value in given for inner in ast.walk(value)):
            is_text = isinstance(part, ast.Constant) and isinstance(part.value, str)
            if is_text and NAME.fullmatch(part.value):
                yield part.value


def test_only_registered_events_are_recorded() -> None:
    recorded = {(path.name, name) for path in SOURCES for name in recorded_by_name(path)}
    assert {one for one in recorded if one[1] not in NAMES} == set()
    assert len(recorded) > 20


def test_every_registered_event_is_recorded_somewhere() -> None:
    said = {text for path in SOURCES for text in texts(path)}
    assert NAMES - said == set()


def test_every_event_says_what_it_is_about_and_what_is_personal() -> None:
    for event in all_events():
        assert event.category != Category.OTHER, event
        assert not event.fields & event.personal, event
        assert not event.fields & ALWAYS_PERSONAL, event
        words = dict.fromkeys(event.fields | event.personal | ALWAYS_PERSONAL, "")
        assert event.text.format(**words), event


def test_the_list_in_the_docs_is_up_to_date() -> None:
    written = (ROOT / "docs" / "audit-events.md").read_text()
    assert written == documenting.page(), "run: manage.py audit_events --write"
