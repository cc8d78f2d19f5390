"""No page says anything that is not marked for translation."""

from __future__ import annotations

import re

from django.template.base import Lexer, TokenType
from django.utils.text import smart_split

from tests.support.databases import ROOT

TEMPLATES = ROOT / "templates"
# The API and what stands under its addresses is English.
ENGLISH = ("api",)
PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] not in ENGLISH
)
# Names, and words that are the same in every language.
NAMES = re.compile(
    r"\b(Holdfast|JSON|HTTP|UTC|MSP|ID|SHA-256|PDF|CSV|RPO|RTO|min|ms|v1|hf|nbsp|amp|middot|UDP)\b"
)
_SAID_IN = "aria-label|title|placeholder|alt|data-label|label"
_ATTRIBUTE = re.compile(rf"(?<![\w-])(?:{_SAID_IN})=\"([^\"]*)\"")
_UNSAID = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;", re.S)
_COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}", re.S)
_WORD = re.compile(r"[A-Za-z]{2,}")


def unmarked(source: str) -> list[str]:
    """What a template says outside of the tags that look texts up."""
    kept, inside = [], False
    for token in Lexer(_COMMENT.sub("", source)).tokenize():
        if token.token_type is TokenType.TEXT and not inside:
            kept.append(token.contents)
        elif token.token_type is TokenType.BLOCK:
            name = next(iter(smart_split(token.contents)))
            inside = name == "blocktranslate" or (inside and name != "endblocktranslate")
            kept.append("\0")
        elif token.token_type is TokenType.VAR:
            kept.append("\0")
    html = "".join(kept)
    said = [*_ATTRIBUTE.findall(html), *_UNSAID.sub("\0", html).split("\0")]
    return [
        text.strip()
        for text in said
        if _WORD.search(NAMES.sub("", text)) and "://" not in text and not _is_example(text)
    ]


def _is_example(text: str) -> bool:
    """Addresses or numbers as somebody could write them."""
    return all(re.search(r"\w\.\w|/|::", part) for part in text.split())


def test_pages_say_nothing_that_is_not_marked() -> None:
    found = {str(path): unmarked(path.read_text()) for path in PAGES}

    assert not {path: texts for path, texts in found.items() if texts}


def test_what_is_not_marked_is_found() -> None:
    source = '<p title="Hidden words">{% translate "Marked" %} not marked {{ name }}</p>'

    assert unmarked(source) == ["Hidden words", "not marked"]
