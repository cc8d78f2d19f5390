"""Audit entries about objects whose own ids the log does not name: grants and assignments.

Such an entry names both ends and some of the object's values. It is taken for the change only where
all of that fits, and for nobody's when entries of different people fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.entra.catalogue import Audited, Kind
from apps.history.records import CopiedAuditEvent

Body = Mapping[str, Any]


def ends_of(of: Kind, body: Body) -> tuple[str, ...]:
    """The ids that an entry about this object names among its targets; none if unknown."""
    if of.audited is None:
        return ()
    ends = tuple(str(body.get(name) or "") for name in of.audited.ends)
    return ends if all(ends) else ()


def entries_about(
    of: Kind, body: Body, events: Iterable[CopiedAuditEvent]
) -> list[CopiedAuditEvent]:
    """The entries that can only be about this object; none when different actors' fit."""
    ends, how = ends_of(of, body), of.audited
    if how is None or not ends:
        return []
    found = [event for event in events if _fits(how, set(ends), body, event)]
    return found if len({event.actor_id for event in found}) == 1 else []


def _fits(how: Audited, ends: set[str], body: Body, event: CopiedAuditEvent) -> bool:
    said = event.activity.lower()
    if not ends <= set(event.target_ids) or not any(word in said for word in how.activities):
        return False
    modified = dict(_modified(event))
    return all(
        name.lower() in modified and _names(modified[name.lower()], body.get(wanted))
        for name, wanted in how.facts
    )


def _modified(event: CopiedAuditEvent) -> Iterator[tuple[str, str]]:
    """Names in lower case and values, old and new together, of what the entry says was modified."""
    for target in event.body.get("targetResources") or ():
        for one in target.get("modifiedProperties") or ():
            values = (one.get("oldValue"), one.get("newValue"))
            yield str(one.get("displayName", "")).lower(), "\n".join(filter(None, values))


def _names(text: str, value: Any) -> bool:
    """Whether a value, or the words of a list, stand in one of the texts of a log entry.

    The log writes values as JSON, once or twice over, scopes with spaces around them.
    """
    wanted = {value} if isinstance(value, str) else set(value or ())
    return bool(wanted) and any(wanted <= _words(line) for line in text.split("\n"))


def _words(text: str) -> set[str]:
    return set(_flat(_decoded(text)))


def _decoded(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return _decoded(value) if isinstance(value, str) else value


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _flat(part)
    elif isinstance(value, list):
        for part in value:
            yield from _flat(part)
    elif value is not None:
        yield str(value)
        yield from str(value).split()
