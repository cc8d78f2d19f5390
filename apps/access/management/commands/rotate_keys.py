"""manage.py rotate-keys: wrap every key under the current (first) key of HOLDFAST_KEYS."""

from argparse import ArgumentParser
from collections import Counter

from django.db import transaction

from apps.access.console import Console, ConsoleCommand, ExitCode
from apps.audit import services as audit
from apps.core import rotation


class Command(ConsoleCommand):
    """Run it after a new key was put first in HOLDFAST_KEYS; then the old one can be taken out.

    It may be stopped and started again at any point, and run beside everything else.
    """

    help = __doc__ or ""
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count what is left to do")

    def act(self, console: Console) -> int:
        if console.options["check"]:
            return _check(console)
        changed, problems = _rotate(console, sum(rotation.pending().values()))
        with transaction.atomic():
            audit.record(
                actor=console.actor,
                event="keys.rotated",
                data={"changed": changed.total(), "failed": len(problems)},
            )
        console.table(("keys", "wrapped again"), list(changed.items()))
        for problem in problems:
            console.say(problem)
        console.answer({"changed": dict(changed), "problems": problems})
        if problems:
            console.say("Keep the old key in HOLDFAST_KEYS: these still need it.")
            return ExitCode.FAILED
        console.say("Everything is under the current key; older ones can be taken out.")
        return ExitCode.OK


def _check(console: Console) -> int:
    left = rotation.pending()
    console.table(("keys", "under an older key"), list(left.items()))
    console.answer({"pending": left})
    return ExitCode.FAILED if any(left.values()) else ExitCode.OK


def _rotate(console: Console, total: int) -> tuple[Counter[str], list[str]]:
    changed: Counter[str] = Counter()
    problems: list[str] = []
    with console.progress("Wrapping keys") as move:
        for done, rotated in enumerate(rotation.rotate(), start=1):
            if rotated.problem is None:
                changed[rotated.name] += 1
            else:
                problems.append(f"{rotated.name}: {rotated.problem.explanation()}")
            move(_Progress(done, total, rotated.name))
    return changed, problems


class _Progress:
    def __init__(self, done: int, total: int, text: str) -> None:
        self.done, self.total, self.text = done, total, text
