"""The organisations a seed is about: four drawn by hand, then as many as are asked for."""

import json
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from apps.sandbox.seed.ids import stream

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Office:
    """A place people work at; `phone` and `mobile` are patterns with one number field."""

    name: str
    street: str
    city: str
    state: str
    postal: str
    country: str
    usage: str
    language: str
    names: str
    phone: str
    mobile: str
    weight: int


@dataclass(frozen=True, slots=True)
class Department:
    """Its share of the staff is `weight` parts of the total."""

    name: str
    weight: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One of the ten named people every organisation has (see `people.CAST`)."""

    given: str
    surname: str
    title: str
    department: str
    office: int


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the objects of one tenant are made from."""

    key: str
    name: str
    initial: str
    domains: tuple[str, ...]
    licence: str
    synced: float
    on_premises: dict[str, str] | None
    offices: tuple[Office, ...]
    departments: tuple[Department, ...]
    people: tuple[Person, ...]
    generated: bool = False
    """Whether the names of `people` are to be drawn anew; their posts stay."""

    @property
    def domain(self) -> str:
        """The default domain."""
        return self.domains[0] if self.domains else self.initial_domain

    @property
    def initial_domain(self) -> str:
        """The `onmicrosoft.com` domain every tenant starts with."""
        return f"{self.initial}.onmicrosoft.com"


@lru_cache(maxsize=1)
def drawn() -> tuple[Organisation, ...]:
    """The organisations drawn by hand, in their order; the fourth has no Entra ID P1."""
    text = (DATA / "organisations.json").read_text(encoding="utf-8")
    return tuple(_organisation(item) for item in json.loads(text))


@lru_cache(maxsize=1)
def name_pools() -> dict[str, dict[str, list[str]]]:
    """Given names and surnames per region of `Office.names`, and the words of company names."""
    pools: dict[str, dict[str, list[str]]] = json.loads(
        (DATA / "names.json").read_text(encoding="utf-8")
    )
    return pools


def customers(count: int, seed: int) -> list[Organisation]:
    """The first `count` customer organisations, each with domains of its own."""
    hand_made = drawn()
    return [
        hand_made[number] if number < len(hand_made) else _generated(number, seed)
        for number in range(count)
    ]


def _generated(number: int, seed: int) -> Organisation:
    draw = stream("organisation", seed, number)
    pattern = drawn()[number % 3]
    words = name_pools()["company"]
    first, second = draw.choice(words["given"]), draw.choice(words["surname"])
    key = f"{first}{second}{number + 1}".lower()
    return replace(
        pattern,
        key=key,
        name=f"{first} {second} {number + 1}",
        initial=key,
        domains=(f"{key}.example",),
        on_premises=pattern.on_premises
        and {"domain": f"ad.{key}.example", "net_bios": first.upper()},
        generated=True,
    )


def _organisation(item: dict[str, Any]) -> Organisation:
    return Organisation(
        key=item["key"],
        name=item["name"],
        initial=item["initial"],
        domains=tuple(item["domains"]),
        licence=item["licence"],
        synced=item["synced"],
        on_premises=item["on_premises"],
        offices=tuple(Office(**office) for office in item["offices"]),
        departments=tuple(
            Department(name, weight, tuple(titles)) for name, weight, titles in item["departments"]
        ),
        people=tuple(Person(*person) for person in item["people"]),
    )
