"""What insurers and auditors ask about restore tests, in their words, and the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from apps.recovery.drills.choices import DrillInterval, DrillPlace, DrillState
from apps.recovery.drills.models import Drill
from apps.recovery.drills.selectors import restore_tests, schedule_of
from apps.tenants.models import Tenant

Numbers = Mapping[str, Any]

_WHERE: Final = {
    DrillPlace.SANDBOX: "the built-in sandbox",
    DrillPlace.TENANT: "a second tenant",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer. good: whether whoever asks hoped for it; None: neither."""

    question: str
    answer: str
    good: bool | None = None


def answers_about(tenant: Tenant) -> list[Answer]:
    """What a questionnaire asks about a tenant, answered from its drills. In its scope."""
    tests = restore_tests(tenant)
    return [_tested(tests), *(_last(tests[0]) if tests else ()), _schedule(tenant), _kept()]


def answers_of(heading: Mapping[str, Any], issues: int) -> list[Answer]:
    """What a questionnaire asks about one test, answered from the heading of its evidence."""
    numbers, result = heading["numbers"], heading["result"]
    state = result["state"]
    asked_by = heading["asked_by"] or {}
    began = day(heading["began_at"])
    return [
        Answer(
            "Was a restore test done, and when?",
            f"Yes, on {began}." if began else "It was stopped before it began.",
            bool(began),
        ),
        Answer("Which system was tested?", _system(heading)),
        Answer("What was the scope?", scope_of(numbers)),
        Answer("Which recovery point, and how old was it (RPO achieved)?", _point(heading)),
        Answer("How long did the recovery take (RTO achieved)?", recovery_time(numbers)),
        Answer("Did the test succeed?", _success(state, numbers), state in DrillState.tested()),
        Answer("What could not be restored, and why?", losses_of(numbers)),
        Answer("Which issues were found?", _issues(issues)),
        Answer(
            "Who performed the test?",
            f"{heading['performed_by']}; asked for by {asked_by.get('name') or 'nobody any more'}.",
        ),
        Answer("Was the production system touched?", "No.", True),
    ]


def day(moment: str | None) -> str:
    """A moment of a document as people read it."""
    return f"{datetime.fromisoformat(moment):%d %B %Y, %H:%M} UTC" if moment else ""


def lasting(seconds: float) -> str:
    """A time in words, as exact as it matters."""
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    if seconds < 7200:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours" if seconds < 172_800 else f"{seconds / 86_400:.0f} days"


def scope_of(numbers: Numbers) -> str:
    """What the test was about."""
    held = numbers.get("held")
    if not held:
        return "The whole snapshot; the test did not come as far as that."
    return (
        f"The whole snapshot: {held['objects']:,} objects and {held['links']:,} links, of which "
        f"{held['objects_as_in_snapshot']:,} and {held['links_as_in_snapshot']:,} were in the "
        "test system exactly as in the snapshot."
    )


def recovery_time(numbers: Numbers) -> str:
    """How long it took, from seeing the damage to having verified the recovery."""
    if "recovery_seconds" not in numbers:
        return "It did not come to its end."
    return (
        f"{lasting(numbers['recovery_seconds'])}, from reading the damaged tenant to having "
        "compared the recovered one with the snapshot."
    )


def losses_of(numbers: Numbers) -> str:
    """What was announced not to come back."""
    lost = numbers.get("not_recoverable", [])
    if not lost:
        return "Nothing." if "recovered" in numbers else "The test did not come as far as that."
    count = sum(one["count"] for one in lost)
    return f"{count} changes, wholly or in part, for reasons that were known beforehand: see below."


def _tested(tests: list[Drill]) -> Answer:
    question = "Was a restore test done in the last 12 months?"
    if not tests:
        return Answer(question, "No.", False)
    newest = tests[0].finished_at
    many = "one test" if len(tests) == 1 else f"{len(tests)} tests"
    last = f", the last one on {newest:%d %B %Y}" if newest else ""
    return Answer(question, f"Yes: {many} that succeeded{last}.", True)


def _last(drill: Drill) -> list[Answer]:
    numbers = drill.numbers
    point = lasting(numbers["recovery_point_seconds"])
    return [
        Answer("What was its scope?", scope_of(numbers)),
        Answer("How old was the recovery point (RPO achieved)?", f"{point}."),
        Answer("How long did the recovery take (RTO achieved)?", recovery_time(numbers)),
        Answer("Did it succeed?", _success(drill.state, numbers), True),
    ]


def _schedule(tenant: Tenant) -> Answer:
    schedule = schedule_of(tenant)
    interval = DrillInterval(schedule.interval)
    question = "How often are restores tested?"
    if interval.every is None:
        return Answer(question, "When somebody asks for it; no schedule is set.", False)
    return Answer(question, f"{interval.label}, by itself.", True)


def _kept() -> Answer:
    return Answer(
        "Is the evidence kept, and can it be relied on?",
        "Each test leaves a document that is signed when it ends. It is kept for as long as the "
        "tenant is looked after, at least 12 months; nothing changes or removes it.",
        True,
    )


def _system(heading: Mapping[str, Any]) -> str:
    tenant = heading["tenant"]
    named = tenant["domain"] or tenant["entra_id"]
    place = _WHERE[DrillPlace(heading["drill"]["place"])]
    return f"Microsoft Entra ID of {tenant['name']} ({named}), recovered in {place}."


def _point(heading: Mapping[str, Any]) -> str:
    snapshot = heading["snapshot"]
    age = lasting(heading["numbers"]["recovery_point_seconds"])
    taken = day(snapshot["taken_at"])
    return f"Snapshot {snapshot['seq']} of {taken}. It was {age} old when the test began."


def _success(state: str, numbers: Numbers) -> str:
    if state not in DrillState.tested():
        return f"No: {DrillState(state).label.lower()}."
    damaged = numbers["damaged"]
    recovered, partly = numbers["recovered"], numbers["partly_recovered"]
    text = (
        f"Yes. Of {_many(damaged['objects'], 'object')} and {_many(damaged['links'], 'link')} that "
        f"were damaged {recovered['objects']:,} and {recovered['links']:,} came back whole"
    )
    in_part = f", and {_many(partly, 'object')} in part, as announced" if partly else ""
    return f"{text}{in_part}. Nothing was lost that had not been announced."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _issues(count: int) -> str:
    return "None." if not count else f"{count}, listed below."
