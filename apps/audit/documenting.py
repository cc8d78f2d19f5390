"""The page of docs/ that lists every event, made from the registry."""

from apps.audit.choices import Category
from apps.audit.registry import EventType, all_events

_HEAD = """\
# Events of the audit trail

Made from the registry by `manage.py audit_events --write`; a test fails when it is out of date.

A record always says who acted, for whom, by which way and from which address, in which tenant and
MSP, when, and in which request. The names and address of whoever acted, for whom, the subject, the
reason, and the values before and after are **personal**: they are kept apart, sealed under the
tenant's data key (without a tenant: under a key of the trail's own), and can be erased without
breaking the chain. Of an event's own values those under "kept for good" are part of the chain and
identify nobody; those under "personal" are treated like names.

The severity is that of syslog (RFC 5424).
"""


def page() -> str:
    """docs/audit-events.md as it should be."""
    events = all_events()
    parts = [_HEAD]
    for category in Category:
        about = [event for event in events if event.category == category]
        if about:
            parts.append(f"\n## {category.label}\n\n{_table(about)}")
    return "".join(parts)


def _table(events: list[EventType]) -> str:
    rows = ["| event | reads | severity | kept for good | personal |", "|---|---|---|---|---|"]
    rows += [
        f"| `{event.name}` | {event.text} | {event.severity.word} "
        f"| {_names(event.fields)} | {_names(event.personal)} |"
        for event in events
    ]
    return "\n".join(rows) + "\n"


def _names(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "-"
