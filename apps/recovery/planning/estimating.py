"""What a plan says of itself before anybody approves it: how long it takes, which licence seats it
needs, what never comes back, and who has to be told.

It holds ids and numbers and no names, and is part of the plan's digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from apps.entra.catalogue import kind
from apps.history.identities import Identities
from apps.recovery.choices import Action
from apps.recovery.planning.durations import Effort
from apps.recovery.planning.ordering import Placed
from apps.recovery.planning.seats import Seats
from apps.recovery.planning.telling import Telling
from apps.tenants.models import Tenant

Lost = Counter[tuple[str, str, str, str]]


def estimate_of(
    placed: Iterable[Placed],
    *,
    tenant: Tenant,
    base_seq: int,
    assumed_seq: int,
    identities: Identities,
) -> dict[str, Any]:
    """{"seconds", "requests", "lanes", "seats", "lost", "told"}; see the parts for each.

    lost: [{"kind", "link", "what", "reason", "count"}], most frequent first; reason is a code of
    apps.recovery.reasons or words. One pass over the steps in their order, then a few queries.
    """
    effort, seats, telling = Effort(), Seats(), Telling()
    lost: Lost = Counter()
    for one in placed:
        effort.add(one)
        seats.add(one)
        telling.add(one)
        if one.draft.action == Action.NOT_RECOVERABLE:
            lost[_as_lost(one)] += max(1, len(one.draft.targets))
        elif one.draft.action == Action.CREATE:
            lost.update(_not_made(one))
    return {
        **effort.estimate(tenant),
        "seats": seats.estimate(tenant, assumed_seq),
        "lost": [
            {"kind": of, "link": link, "what": what, "reason": reason, "count": number}
            for (of, link, what, reason), number in sorted(
                lost.items(), key=lambda item: (-item[1], item[0])
            )
        ],
        "told": telling.estimate(tenant, base_seq, identities),
    }


def _as_lost(one: Placed) -> tuple[str, str, str, str]:
    draft = one.draft
    return (draft.kind, draft.link, ", ".join(draft.attributes), draft.reason)


def _not_made(one: Placed) -> Iterator[tuple[str, str, str, str]]:
    """What no creation brings back, beside what the plan says of this one."""
    of = kind(one.draft.kind)
    body = (one.draft.content or {}).get("request", {}).get("body") or {}
    for known in of.unrestorable:
        if known.lacks(body):
            yield (of.name, "", known.property, known.reason)
