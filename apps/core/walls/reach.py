"""What a person reaches, in SQL. The apps that keep roles say it; the functions ask it.

Coarser than the rights, which the code checks: here it is only said which customers a person has
to do with at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Reach(Enum):
    """What a fragment selects, as ids."""

    MSPS = "MSPs whose own rows he sees"
    WHOLE_MSPS = "MSPs of which he reaches every tenant"
    TENANTS = "tenants he reaches by name"


@dataclass(frozen=True, slots=True)
class Fragment:
    """One way of reaching. sql: a query for ids in which `person` is the person's id.

    tables: what it reads; without all of them it is left out, as in a half-migrated database.
    """

    reach: Reach
    tables: tuple[str, ...]
    sql: str


_fragments: list[Fragment] = []


def register(*fragments: Fragment) -> None:
    """Add ways of reaching; once each."""
    _fragments.extend(fragment for fragment in fragments if fragment not in _fragments)


def fragments(reach: Reach, tables: frozenset[str]) -> list[str]:
    """The queries for one sort of ids, as far as their tables exist."""
    return [
        fragment.sql
        for fragment in _fragments
        if fragment.reach == reach and tables.issuperset(fragment.tables)
    ]
