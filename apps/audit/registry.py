"""The kinds of event the audit trail knows. Each app registers its own in `audit_events.py`.

Registering an event decides how its personal data is handled: values named in `personal` are
kept beside the chained record and can be erased without breaking the chain; values named in
`fields` are part of the chained record for good and must not identify a person. The actor's name
and address, the subject and the reason always count as personal.
"""

from dataclasses import dataclass
from string import Formatter

_ALWAYS_PERSONAL = frozenset({"actor", "subject", "reason"})


class UnknownEventError(LookupError):
    """An event was recorded that no app has registered, or with a value it does not declare."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event. text: a template over actor, subject, reason and the declared values."""

    name: str
    text: str
    fields: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()

    def check(self, data: dict[str, object]) -> None:
        """Raise UnknownEventError for a value that the event does not declare."""
        undeclared = data.keys() - self.fields - self.personal
        if undeclared:
            raise UnknownEventError(f"{self.name} does not declare {', '.join(sorted(undeclared))}")


_events: dict[str, EventType] = {}


def register(
    name: str, text: str, *, fields: tuple[str, ...] = (), personal: tuple[str, ...] = ()
) -> EventType:
    """Make an event known. `name` is "<noun>.<what happened>"; registering it twice is refused."""
    event = EventType(name, text, frozenset(fields), frozenset(personal))
    used = {field for _, field, _, _ in Formatter().parse(text) if field}
    unknown = used - event.fields - event.personal - _ALWAYS_PERSONAL
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


def all_events() -> tuple[EventType, ...]:
    """Every registered event, by name."""
    return tuple(_events[name] for name in sorted(_events))
