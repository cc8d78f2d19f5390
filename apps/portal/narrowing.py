"""How a report's changes are narrowed on its page: fields with counts, and the address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.core.languages.choosing import shown
from apps.diffs import choices
from apps.diffs.grouping import Counted
from apps.diffs.models import DifferenceReport
from apps.diffs.selectors import NOBODY, Filters
from apps.portal import planning
from apps.portal.presenting import words

# The address's parameter, and the field of Filters and of Counted.
PARAMETERS: Final = {
    "kind": "kinds",
    "change": "changes",
    "risk": "risk",
    "actor": "actors",
    "recoverable": "recoverable",
}
LABELS: Final = {
    "kind": "Kind",
    "change": "What happened",
    "risk": "Risk",
    "actor": "Who did it",
    "recoverable": "Can it be brought back",
}
_CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "change": dict(choices.ChangeType.choices),
    "risk": dict(choices.Risk.choices),
    "recoverable": dict(choices.Recoverable.choices),
}
# In a form that posts, so that a filter is not taken for what was ticked.
PREFIX: Final = "match:"


@dataclass(frozen=True, slots=True)
class Option:
    """number: how many changes there are of it among those shown; None where nobody counted."""

    value: str
    words: str
    number: int | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> Iterator[Option]:
        return (one for one in self.options if one.is_chosen)


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one sort, with the query that narrows the page to them."""

    words: str
    change: str
    change_words: str
    query: str
    number: int


def filters_from(query: QueryDict) -> Filters:
    """What the address narrows the page to."""
    return Filters(
        **{field: [v for v in query.getlist(key) if v] for key, field in PARAMETERS.items()}
    )


def matching_from(data: QueryDict) -> dict[str, list[str]]:
    """The same as a form sends it on, for what is to be done with all that matches."""
    given = {field: data.getlist(PREFIX + key) for key, field in PARAMETERS.items()}
    return {field: values for field, values in given.items() if values}


def fields_of(
    report: DifferenceReport, counted: Counted, query: QueryDict, hands: Iterable[planning.Hand]
) -> list[Field]:
    """A field for each thing to narrow by, with what there is to choose. No query.

    hands: who made changes of the report, where it was small enough to look through.
    """
    return [
        Field(key, shown(LABELS[key]), tuple(_options(key, counted, query.getlist(key), known)))
        for key, known in _known(report, hands).items()
    ]


def groups_of(counted: Counted, query: QueryDict) -> list[Group]:
    """The changes by kind and by what happened, most first; empty where nobody counted."""
    return [_group(*group, query) for group in counted.groups]


def _group(kind: str, link: str, change: str, number: int, query: QueryDict) -> Group:
    narrowed = query.copy()
    narrowed.setlist("kind", [kind])
    narrowed.setlist("change", [change])
    narrowed.pop("after", None)
    named = words(link) if link else words(kind)
    return Group(
        named[:1].upper() + named[1:],
        change,
        shown(_CHOICES["change"].get(change, change)),
        narrowed.urlencode(),
        number,
    )


def _options(
    key: str, counted: Counted, chosen: list[str], known: Mapping[str, str]
) -> Iterator[Option]:
    numbers = counted.by_field.get(PARAMETERS[key], {})
    for value, said in known.items():
        if value in chosen or value in numbers or not counted.groups:
            yield Option(value, said, numbers.get(value), value in chosen)


def _known(
    report: DifferenceReport, hands: Iterable[planning.Hand]
) -> dict[str, Mapping[str, str]]:
    """What there is to choose, by key."""
    kinds = sorted(report.counts.get("kinds", {}), key=words)
    of_keys: dict[str, Mapping[str, str]] = {
        "kind": {kind: words(kind) for kind in kinds},
        "actor": {
            **{one.actor_id: one.name for one in hands},
            NOBODY: _("not in the copied audit log"),
        },
    }
    return {
        key: of_keys[key]
        if key in of_keys
        else {value: shown(said) for value, said in _CHOICES[key].items()}
        for key in PARAMETERS
    }
