"""Finding records: page by page, and by text that is only in what is sealed."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.audit.models import AuditRecord
from apps.audit.selectors import Entry, read
from apps.audit.veils import NO_VEILS, Veils

PAGE = 50
# Text is sealed, so it is sought by opening one record after the other. This many, then one is
# asked whether to go on.
SEARCHED_AT_ONCE = 5000
_OPENED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may read: records of tenants, of MSPs as a whole, and his own of neither."""

    tenant_ids: frozenset[UUID]
    msp_ids: frozenset[UUID] = frozenset()
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """entries: newest first. after: the number to go on from, None at the end.

    searched: how many records a search for text opened. cut_short: it stopped before the end.
    """

    entries: list[Entry]
    after: int | None
    searched: int = 0
    cut_short: bool = False


def visible(reach: Reach) -> QuerySet[AuditRecord]:
    """The records within somebody's reach, newest first."""
    wanted = Q(tenant_id__among=reach.tenant_ids)
    if reach.msp_ids:
        wanted |= Q(tenant_id=None, msp_id__in=reach.msp_ids)
    if reach.user_id:
        wanted |= Q(tenant_id=None, actor_user_id=reach.user_id)
    return AuditRecord.objects.filter(wanted).order_by("-number")


def by_people(
    rows: QuerySet[AuditRecord], user_ids: Collection[UUID], veils: Veils
) -> QuerySet[AuditRecord]:
    """The records that these people made, as far as the reader is told that it was they."""
    found = rows.filter(actor_user_id__in=user_ids)
    for tenant_id, of_tenant in veils.items():
        after = 0
        for veil in of_tenant:
            hidden = Q(tenant_id=tenant_id, number__gt=after, number__lte=veil.up_to)
            if not veil.is_lifted:
                found = found.exclude(hidden & ~Q(actor_user_id__in=veil.named))
            after = veil.up_to
    return found


def page(
    rows: QuerySet[AuditRecord],
    *,
    text: str = "",
    before: int = 0,
    limit: int = PAGE,
    veils: Veils = NO_VEILS,
) -> Page:
    """One page of the records that match, newest first. Three queries without text.

    text: part of what a person would read in a record, whatever its case. before: the number that
    the page before ended with, 0 for the first page. veils: as in read().
    """
    if before:
        rows = rows.filter(number__lt=before)
    if text:
        return _with_text(rows, text, limit, veils)
    found = list(rows[: limit + 1])
    after = found[limit - 1].number if len(found) > limit else None
    return Page(read(found[:limit], veils=veils), after)


def _with_text(rows: QuerySet[AuditRecord], text: str, limit: int, veils: Veils) -> Page:
    matches, searched, last = matcher(text), 0, None
    found: list[Entry] = []
    for batch in _newest_first(rows, SEARCHED_AT_ONCE):
        for entry in read(batch, veils=veils):
            searched, last = searched + 1, entry.number
            if matches(entry):
                found.append(entry)
                if len(found) == limit:
                    return Page(found, last, searched)
    cut_short = searched >= SEARCHED_AT_ONCE
    return Page(found, last if cut_short else None, searched, cut_short)


def _newest_first(rows: QuerySet[AuditRecord], at_most: int) -> Iterator[list[AuditRecord]]:
    left = at_most
    while left > 0:
        batch = list(rows[: min(_OPENED_AT_ONCE, left)])
        if not batch:
            return
        yield batch
        left -= len(batch)
        rows = rows.filter(number__lt=batch[-1].number)


def matcher(text: str) -> Callable[[Entry], bool]:
    """Whether an entry says something, for a person who reads it. Nothing matches everything."""
    wanted = text.casefold()

    def matches(entry: Entry) -> bool:
        said = (entry.text, entry.subject, entry.reason, entry.address, entry.on_behalf_of)
        return any(
            wanted in part.casefold() for part in (*said, repr(entry.before), repr(entry.after))
        )

    return matches
