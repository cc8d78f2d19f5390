"""What somebody has ticked in a report, kept while he turns its pages.

It lies in his session, so it needs no script: turning a page sends what is ticked on it. Where
there are scripts each tick is sent at once.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, QueryDict

from apps.core.errors import Invalid

_KEY: Final = "chosen-changes"
MOST: Final = 2_000
# Of so many reports at once; whoever opens another loses the ticks of the oldest.
_REPORTS: Final = 3


def chosen(request: HttpRequest, report_id: UUID) -> frozenset[int]:
    """The positions of the changes that are ticked, on all pages."""
    held = request.session.get(_KEY, {})
    return frozenset(held.get(str(report_id), ()))


def choose(request: HttpRequest, report_id: UUID, data: QueryDict) -> frozenset[int]:
    """Take over what is ticked on one page. Raises Invalid for more than can be kept."""
    shown, ticked = (frozenset(_numbers(data.getlist(name))) for name in ("shown", "change"))
    found = chosen(request, report_id) - shown | ticked
    if len(found) > MOST:
        raise Invalid(
            f"{MOST} changes at most can be chosen one by one.",
            todo="Narrow the list, and plan all that match.",
        )
    _keep(request, report_id, found)
    return found


def forget(request: HttpRequest, report_id: UUID) -> None:
    """Nothing of this report is ticked any more."""
    _keep(request, report_id, frozenset())


def _keep(request: HttpRequest, report_id: UUID, found: frozenset[int]) -> None:
    held = {**request.session.get(_KEY, {})}
    held.pop(str(report_id), None)
    if found:
        held[str(report_id)] = sorted(found)
    request.session[_KEY] = dict(list(held.items())[-_REPORTS:])


def _numbers(values: list[str]) -> list[int]:
    """Several numbers may stand in one field."""
    return [int(one) for value in values for one in value.split(",") if one.isdecimal()]
