"""Who is meant in one tenant: the same person or application has another id in each."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from apps.history.models import Snapshot
from apps.history.records import ObjectKey
from apps.history.search.finding import DELETED, EXISTING, START, FoundObject, search_objects

# Who signs in, as a guest too, and what acts for itself.
_ACTORS = ("user", "servicePrincipal")


def ids_of(who: str, *snapshots: Snapshot) -> frozenset[str]:
    """The ids that the tenant's audit log may call him by; none where nobody has that name.

    who: an id (of a user, a service principal or an application, which is the same in every tenant)
    is taken as it is; anything else has to be a whole name: a sign-in name, an address, or the
    display name of an application. Looks at the snapshots, also among what was deleted.
    """
    wanted = who.strip()
    try:
        return frozenset({str(UUID(wanted))})
    except ValueError:
        pass
    return frozenset(
        found.object_id
        for snapshot in snapshots
        for found in _found(snapshot, wanted)
        if wanted.casefold() in {text.casefold() for text in (found.label, *found.texts)}
    )


def _found(snapshot: Snapshot, text: str) -> Iterator[FoundObject]:
    """Everything that holds the text, however long the search takes."""
    after: ObjectKey | None = START
    while after is not None:
        page = search_objects(
            snapshot.tenant,
            snapshot.seq,
            text,
            kinds=_ACTORS,
            states=(*EXISTING, *DELETED),
            after=after,
        )
        yield from page.objects
        after = page.after
