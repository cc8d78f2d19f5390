"""runs, and run watch, pause, resume, cancel, retry, skip, undo, enable."""

from __future__ import annotations

from argparse import ArgumentParser

from apps.client.api import Thing, at
from apps.client.commands.plans import show_made
from apps.client.context import Context
from apps.client.errors import Exit
from apps.client.parsing import Command, Commands, moment, positive, several_of
from apps.client.showing import Column, counted
from apps.client.showing import moment as shown_moment
from apps.client.waiting import until

ENDED = ("complete", "complete-with-warnings", "failed", "cancelled")
RUN: tuple[Column, ...] = (
    ("Run", "id"),
    ("State", "state"),
    ("Back to", "base"),
    ("Came of it", counted("counts")),
    ("Queued", shown_moment("queued_at")),
    ("Ended", shown_moment("finished_at")),
)


def microsofts_jobs(native: Thing | None) -> str | None:
    """What Microsoft says of each job of its own recovery, one a line; None where there is none."""
    if not native or not native["jobs"]:
        return None
    of = native["jobs_planned"]
    return "\n".join(
        f"{number} of {of}: {one['job_id']} {one['status'] or 'begun'}, {one['objects']} objects "
        f"and {one['links']} links written, {one['failed']} failed"
        for number, one in enumerate(native["jobs"], start=1)
    )


WHOLE_RUN: tuple[Column, ...] = (
    *RUN,
    ("Request", "request_id"),
    ("Safety snapshot", "safety_snapshot"),
    ("Failure", "failure"),
    ("Microsoft's jobs", lambda run: microsofts_jobs(run.get("native"))),
    ("Waits for", lambda run: (run.get("native") or {}).get("waits_for") or None),
    ("Sign in at", lambda run: (run.get("native") or {}).get("sign_in_at") or None),
    ("Differs", lambda run: run["differs"]["count"] or None),
)
NOT_BACK = ("failed", "skipped", "unverified")
RESULTS: tuple[Column, ...] = (
    ("Step", "step"),
    ("State", "state"),
    ("Action", "action"),
    ("Kind", "kind"),
    ("Name", lambda result: result["label"] or result["object_id"]),
    ("Link", lambda result: _link(result)),
    ("Why", lambda result: f"{result['reason']} {result['detail']}".strip()),
)
# Of what did not go back; all of it is on the run's page and in its document.
SHOWN = 20
STEERING = {
    "pause": "Let a recovery rest between two batches.",
    "resume": "Let a recovery that rests go on.",
    "cancel": "Stop a recovery; what was written stays written.",
    "retry": "Try again what a finished recovery could not do.",
}


def add_to(commands: Commands) -> None:
    listed = commands.add("runs", "A tenant's recoveries, newest first.", runs, lists=True)
    listed.add_argument("--state", action="append", help="only in this state; may repeat")
    listed.add_argument("--since", type=moment, help="2026-11-23T02:00, 2h, 3d")
    listed.add_argument("--until", type=moment)
    listed.add_argument("--undo", action="store_true", help="only those that took one back")
    run = commands.several("run", "Watch and steer a recovery.")
    _of_run(run.add("watch", "Watch a recovery until it ends.", watch, waits=True))
    for verb, words in STEERING.items():
        _of_run(run.add(verb, words, _steer(verb))).add_argument("--reason", default="")
    skipping = _of_run(run.add("skip", "Leave out a step that has not begun.", skip))
    skipping.add_argument("step", type=positive, metavar="STEP", help="the step's number")
    skipping.add_argument("--reason", required=True, help="for the audit trail")
    _of_run(run.add("undo", "Plan to take a recovery back.", undo, waits=True))
    _of_run(run.add("enable", "Plan to put in force what is report-only now.", enable, waits=True))


def runs(context: Context) -> Exit:
    args = context.args
    query = several_of(args, "state", "since", "until", "undo")
    found = context.api.every(at(context.tenant, "runs"), query, limit=args.limit)
    context.output.listing(found, RUN, "There is no recovery.")
    return Exit.OK


def show_run(context: Context) -> Exit:
    found = context.api.get(at(context.tenant, "runs", context.args.id))
    _show(context, found)
    return _outcome(found)


def watch(context: Context) -> Exit:
    path = at(context.tenant, "runs", context.args.run)
    ended = until(context, path, lambda found: found["state"] in ENDED, _told)
    _show(context, ended)
    return _outcome(ended)


def _show(context: Context, run: Thing) -> None:
    """A run, and what of it did not go back; to scripts all of that as `not_back`."""
    path = at(context.tenant, "runs", run["id"], "results")
    limit = 0 if context.output.json else SHOWN
    ended = run["state"] in ENDED and run["state"] != "complete"
    query = {"state": NOT_BACK}
    found = list(context.api.every(path, query, limit=limit)) if ended else []
    context.output.thing(run | {"not_back": found}, WHOLE_RUN)
    if found and not context.output.json:
        context.output.table(found, RESULTS)
    if limit and len(found) == limit:
        context.output.note(
            f"The first {limit} are shown; the run's page and its document have them all."
        )


def skip(context: Context) -> Exit:
    args = context.args
    path = at(context.tenant, "runs", args.run, "steps", args.step, "skip")
    context.output.thing(context.api.post(path, {"reason": args.reason}), WHOLE_RUN)
    return Exit.OK


def undo(context: Context) -> Exit:
    """Nothing is taken back yet: it is a plan like any other, and is asked for like any other."""
    path = at(context.tenant, "runs", context.args.run, "undo")
    told = context.api.get(path)
    if not told["why_not"]:
        for loss in told["losses"]:
            context.output.note(f"Will not be as it was: {loss['words']}")
    # Where it cannot be taken back the API refuses, in words of its own.
    return show_made(context, context.api.post(path))


def enable(context: Context) -> Exit:
    """A plan of its own too, looked at by the guards as things then are."""
    path = at(context.tenant, "runs", context.args.run, "enable-policies")
    return show_made(context, context.api.post(path))


def _steer(verb: str) -> Command:
    def command(context: Context) -> Exit:
        path = at(context.tenant, "runs", context.args.run, verb)
        found = context.api.post(path, {"reason": context.args.reason})
        context.output.thing(found, WHOLE_RUN)
        context.output.note(
            f"To see it through: holdfast run watch {context.args.tenant} {found['id']}"
        )
        return Exit.OK

    return command


def _of_run(made: ArgumentParser) -> ArgumentParser:
    made.add_argument("run", metavar="RUN", help="the run's id")
    return made


def _link(result: Thing) -> str:
    if not result["link"]:
        return ""
    return f"{result['link']}: {result['target_label'] or result['target_id']}"


def _told(run: Thing) -> tuple[str, int, int | None]:
    lanes = run["lanes"].values()
    total = sum(lane.get("total", 0) for lane in lanes)
    return f"Recovery: {run['state']}", sum(lane.get("done", 0) for lane in lanes), total or None


def _outcome(run: Thing) -> Exit:
    """Warnings are no success: something is not as the plan wanted it."""
    failed = run["state"] in ENDED and run["state"] != "complete"
    return Exit.REFUSED if failed else Exit.OK
