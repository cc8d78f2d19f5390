"""The kinds of event the audit trail knows. Each app registers its own in `audit_events.py`.

Registering an event decides how its personal data is handled: values named in `personal` are
kept beside the chained record, sealed, and can be erased without breaking the chain; values named
in `fields` are part of the chained record for good and must not identify a person. The actor's
name and address, for whom he acts, the subject, the reason, and the values before and after always
count as personal.
"""

from dataclasses import dataclass
from string import Formatter

from apps.audit.choices import Category, Severity

ALWAYS_PERSONAL = frozenset({"actor", "on_behalf_of", "subject", "reason"})


class UnknownEventError(LookupError):
    """An event was recorded that no app has registered, or with a value it does not declare."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event. text: a template over actor, subject, reason and the declared values."""

    name: str
    text: str
    fields: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    category: Category = Category.OTHER
    severity: Severity = Severity.INFO

    def check(self, data: dict[str, object]) -> None:
        """Raise UnknownEventError for a value that the event does not declare."""
        undeclared = data.keys() - self.fields - self.personal
        if undeclared:
            raise UnknownEventError(f"{self.name} does not declare {', '.join(sorted(undeclared))}")


_events: dict[str, EventType] = {}


def register(
    name: str,
    text: str,
    *,
    fields: tuple[str, ...] = (),
    personal: tuple[str, ...] = (),
    category: Category = Category.OTHER,
    severity: Severity = Severity.INFO,
) -> EventType:
    """Make an event known. `name` is "<noun>.<what happened>"; registering it twice is refused."""
    event = EventType(name, text, frozenset(fields), frozenset(personal), category, severity)
    used = {field for _, field, _, _ in Formatter().parse(text) if field}
    unknown = used - event.fields - event.personal - ALWAYS_PERSONAL
    if unknown:
        raise UnknownEventError(f"the text of {name} uses {', '.join(sorted(unknown))} undeclared")
    if _events.setdefault(name, event) != event:
        raise UnknownEventError(f"{name} is registered twice")
    return event


def event_type(name: str) -> EventType:
    """The event registered under a name; UnknownEventError when there is none."""
    try:
        return _events[name]
    except KeyError:
        raise UnknownEventError(
            f"{name} is not registered: add it to the audit_events.py of the app that records it"
        ) from None


def known_or_bare(name: str) -> EventType:
    """The event to read a record with: one whose registration is gone is shown by its name."""
    return _events.get(name) or EventType(name, f"{name} by {{actor}}: {{subject}}")


def all_events() -> tuple[EventType, ...]:
    """Every registered event, by name."""
    return tuple(_events[name] for name in sorted(_events))


def names_in(*categories: str) -> list[str]:
    """The events of some categories, by name."""
    return [event.name for event in all_events() if event.category in categories]
