"""Waiting for work that Holdfast does by itself, with its progress."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from apps.client.api import Thing, at
from apps.client.context import Context
from apps.client.errors import Exit, Failure
from apps.client.showing import clean

# Seconds between two looks: soon at first, then a fifth of the API's limit of a minute at most.
FIRST_LOOK = 1.0
LONGEST = 5.0


def until(
    context: Context,
    path: str,
    is_over: Callable[[Thing], bool],
    told: Callable[[Thing], tuple[str, int, int | None]],
) -> Thing:
    """Ask again until it is over; the thing as it is then. told: its words, done and total.

    Raises Failure when --timeout is over: the work goes on, only the watching ends.
    """
    begun, wait = time.monotonic(), FIRST_LOOK
    waited = 0.0
    with _bar(context) as bar:
        task = bar.add_task("", total=None)
        while True:
            found = context.api.get(path)
            words, done, total = told(found)
            bar.update(task, description=clean(words), completed=done, total=total)
            if is_over(found):
                return found
            if (
                context.args.timeout
                and max(waited, time.monotonic() - begun) >= context.args.timeout
            ):
                raise _not_in_time()
            context.around.pause(wait)
            waited += wait
            wait = min(LONGEST, wait * 1.5)


def for_job(context: Context, job: Thing) -> Thing:
    """Wait for a job; the job when it is done. Raises Failure when it failed or was cancelled."""
    path = at(context.tenant, "jobs", job["id"])
    ended = until(context, path, lambda found: bool(found["finished"]), _told_of_job)
    if ended["state"] != "done":
        raise job_failure(ended)
    return ended


def job_failure(job: Thing) -> Failure:
    """Of a job that ended otherwise than done."""
    words = job["error_text"] or f"The job ended as {job['state']}."
    return Failure(words, Exit.REFUSED, code=job["error_code"] or f"job-{job['state']}", said=job)


def _told_of_job(job: Thing) -> tuple[str, int, int | None]:
    words = job["progress_text"] or job["state"]
    return words, job["progress_done"] or 0, job["progress_total"]


def _bar(context: Context) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    console = context.output.notes
    # Bars are for eyes; a log gets the outcome alone.
    disable = context.output.json or not console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=disable)


def _not_in_time() -> Failure:
    return Failure(
        "It has not ended in time.",
        Exit.UNAVAILABLE,
        code="timeout",
        safe="The work goes on in Holdfast; only the watching has ended.",
        todo="Look again later.",
    )
