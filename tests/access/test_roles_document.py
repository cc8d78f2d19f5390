"""The page about roles says what the product goes by."""

from __future__ import annotations

from pathlib import Path

from apps.access.management.commands.roles import document
from apps.access.roles import OWNER_ROLES, RIGHT_TABLE, RIGHTS, ROLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles.md"


def test_the_page_is_what_the_command_prints() -> None:
    assert PAGE.read_text() == document(), "run: manage.py roles > docs/roles.md"


def test_every_right_belongs_to_a_role_and_is_told_in_words() -> None:
    assert set().union(*(role.rights for role in ROLES.values())) == set(RIGHTS)
    assert set().union(*(ROLES[name].rights for name in OWNER_ROLES)) == set(RIGHTS)
    assert all(right.words.endswith(".") and right.label for right in RIGHT_TABLE.values())
