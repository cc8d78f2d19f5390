"""jobs, job."""

from __future__ import annotations

from apps.client.api import Thing, at
from apps.client.context import Context
from apps.client.errors import Exit
from apps.client.parsing import Commands
from apps.client.showing import Column, moment
from apps.client.waiting import for_job

COLUMNS: tuple[Column, ...] = (
    ("Job", "id"),
    ("Kind", "kind"),
    ("State", "state"),
    ("Made", moment("created_at")),
    ("Ended", moment("finished_at")),
    ("Progress", "progress_text"),
    ("Error", "error_text"),
)


def add_to(commands: Commands) -> None:
    commands.add("jobs", "A tenant's jobs, newest first.", jobs, lists=True)
    made = commands.add("job", "One job: look, wait or cancel.", job, waits=True)
    made.add_argument("job", metavar="JOB", help="the job's id")
    how = made.add_mutually_exclusive_group()
    how.add_argument("--wait", action="store_true", help="until it has ended")
    how.add_argument("--cancel", action="store_true", help="stop it at its next safe point")


def jobs(context: Context) -> Exit:
    found = context.api.every(at(context.tenant, "jobs"), limit=context.args.limit)
    context.output.listing(found, COLUMNS, "There is no job.")
    return Exit.OK


def job(context: Context) -> Exit:
    path = at(context.tenant, "jobs", context.args.job)
    if context.args.cancel:
        found = context.api.post(f"{path}/cancel")
    elif context.args.wait:
        found = for_job(context, context.api.get(path))
    else:
        found = context.api.get(path)
    context.output.thing(found, COLUMNS)
    return _outcome(context, found)


def _outcome(context: Context, found: Thing) -> Exit:
    failed = found["state"] == "failed" or (
        found["state"] == "cancelled" and not context.args.cancel
    )
    return Exit.REFUSED if failed else Exit.OK
