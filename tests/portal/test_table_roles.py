"""On narrow screens a style turns tables into cards; their meaning is then said by roles alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TABLE = re.compile(r'<table class="[^"]*is-cards.*?</table>', re.DOTALL)
PARTS = re.compile(r"<(?:table|thead|tbody|tr|th|td)\b[^>]*?(?=>)")

tables = [
    pytest.param(found.group(), id=f"{path.relative_to(TEMPLATES)}-{number}")
    for path in sorted(TEMPLATES.rglob("*.html"))
    for number, found in enumerate(TABLE.finditer(path.read_text()), 1)
]


@pytest.mark.parametrize("table", tables)
def test_every_part_of_a_table_that_becomes_cards_names_its_role(table: str) -> None:
    unnamed = [part for part in PARTS.findall(table) if " role=" not in part]

    assert unnamed == []
