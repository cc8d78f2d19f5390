"""Every mail is in its receiver's language."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.core import mail

from apps.core.languages import choosing
from apps.core.languages.extracting import WORDS
from apps.core.languages.put_together import constants
from apps.notify import personal
from tests.support.databases import ROOT

_ENGLISH = re.compile(r"\b(the|of|is|are|were|you|this|and|until|which|nobody|who)\b")


def _mails() -> Iterator[tuple[str, str]]:
    """The texts of all mails that are put together in English: where they stand, and each."""
    for where in sorted(WORDS):
        named = constants(ast.parse((ROOT / where).read_text()))
        yield from ((where, text) for text in named.values() if "\n\n" in text)


MAILS = list(_mails())


@pytest.mark.parametrize("text", [text for _, text in MAILS], ids=[where for where, _ in MAILS])
def test_a_mail_says_nothing_in_english_to_a_german_reader(text: str) -> None:
    filled = text.format_map(defaultdict(lambda: "7"))

    said = choosing.letter_in("de", filled)

    assert not _ENGLISH.findall(said), said


def test_all_that_sends_mail_knows_the_receivers_language() -> None:
    forgotten = []
    for path in sorted((ROOT / "apps").rglob("*.py")):
        source = path.read_text()
        # Some are written in it from the beginning.
        if "reading(" in source or "gettext" in source:
            continue
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
        forgotten += [str(path) for one in calls if _sends(one) and not _says_language(one)]

    assert not forgotten


def _sends(node: ast.Call) -> bool:
    called = ast.unparse(node.func)
    return called.endswith((".queue_mail", "personal.queue", "mail_wanted.send"))


def _says_language(node: ast.Call) -> bool:
    return "language" in {one.arg for one in node.keywords}


@pytest.mark.django_db
def test_a_mail_arrives_in_german() -> None:
    row = personal.queue(
        to="alice@msp-north.example",
        subject="The emergency mode at Bergmann is over",
        text="Alice ended the emergency mode of Bergmann. Its people sign in as before.\n\n"
        "  https://holdfast.example/tenants/",
        language="de",
    )

    personal.deliver(row.pk)

    (sent,) = mail.outbox
    assert sent.subject == "Der Notbetrieb bei Bergmann ist vorbei"
    assert sent.body.startswith("Alice hat den Notbetrieb von Bergmann beendet.")
    assert "https://holdfast.example/tenants/" in sent.body
