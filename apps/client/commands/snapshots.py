"""snapshots, snapshot."""

from __future__ import annotations

from apps.client.api import Thing, at
from apps.client.context import Context
from apps.client.errors import Exit, Failure
from apps.client.parsing import Commands
from apps.client.showing import Column, moment
from apps.client.waiting import for_job

COLUMNS: tuple[Column, ...] = (
    ("Snapshot", "seq"),
    ("Taken", moment("taken_at")),
    ("Mode", "mode"),
    ("Complete", "complete"),
    ("Reason", "reason"),
)


def add_to(commands: Commands) -> None:
    commands.add("snapshots", "A tenant's snapshots, newest first.", snapshots, lists=True)
    made = commands.add("snapshot", "Take a snapshot now.", snapshot, waits=True)
    made.add_argument("--full", action="store_true", help="read everything, not just changes")
    made.add_argument("--reason", default="asked for", help="kept with the snapshot")
    made.add_argument("--no-wait", action="store_true", help="print the job and end")


def snapshots(context: Context) -> Exit:
    found = context.api.every(at(context.tenant, "snapshots"), limit=context.args.limit)
    context.output.listing(found, COLUMNS, "There is no snapshot yet.")
    return Exit.OK


def snapshot(context: Context) -> Exit:
    mode = "full" if context.args.full else "delta"
    body = {"mode": mode, "reason": context.args.reason}
    job = context.api.post(at(context.tenant, "captures"), body)
    if context.args.no_wait:
        context.output.data(job)
        context.output.say(f"Job {job['id']} takes it.")
        return Exit.OK
    seq = (for_job(context, job)["result"] or {}).get("seq")
    path = at(context.tenant, "snapshots", seq)
    newest = newest_of(context) if seq is None else context.api.get(path)
    context.output.thing(newest | {"made": seq is not None}, COLUMNS)
    if seq is None:
        words = "Nothing has changed since, so none was made; it is as good as one taken now."
        context.output.note(words)
    if not newest["complete"]:
        context.output.note("Some collections could not be read; the portal's coverage says why.")
    return Exit.OK


def newest_of(context: Context) -> Thing:
    """The tenant's newest snapshot. Raises Failure when there is none."""
    found = next(context.api.every(at(context.tenant, "snapshots"), limit=1), None)
    if found is None:
        raise Failure(
            "The tenant has no snapshot yet.",
            Exit.NOT_FOUND,
            code="no-snapshot",
            todo="holdfast snapshot TENANT takes one.",
        )
    return found
