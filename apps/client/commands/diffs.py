"""diff, reports."""

from __future__ import annotations

from argparse import ArgumentParser

from apps.client.api import Thing, at
from apps.client.commands.snapshots import newest_of
from apps.client.context import Context
from apps.client.errors import Exit, Failure, usage
from apps.client.parsing import RISKS, Commands, positive, several_of, snapshot_or_now
from apps.client.showing import Column, moment
from apps.client.waiting import until

ENDED = ("complete", "failed", "cancelled")
FILTERS = ("subject", "change", "kind", "recoverable", "risk", "object_id")
SHOWN = 200

REPORT: tuple[Column, ...] = (
    ("Report", "id"),
    ("From", "base"),
    ("To", "target"),
    ("Against now", "against_now"),
    ("State", "state"),
    ("Made", moment("created_at")),
)
CHANGES: tuple[Column, ...] = (
    ("No.", "position"),
    ("Risk", "risk"),
    ("Change", "change"),
    ("Kind", "kind"),
    ("Name", lambda change: change["label"] or change["object_id"]),
    ("What", lambda change: _what(change)),
    ("Can return", "recoverable"),
    ("By", "changed_by"),
    ("When", moment("changed_at")),
)


def add_to(commands: Commands) -> None:
    made = commands.add(
        "diff", "What changed between two snapshots, or since one until now.", diff, waits=True
    )
    compared_by(made)
    made.add_argument("--to", type=snapshot_or_now, metavar="SEQ", help="a snapshot, or now (now)")
    made.add_argument("--kind", action="append", metavar="KIND", help="only this kind; may repeat")
    made.add_argument("--change", action="append", help="only updated, link-removed ...")
    made.add_argument("--risk", action="append", choices=RISKS, help="only this risk")
    made.add_argument("--recoverable", action="append", help="only yes, partly, no, nothing-to-do")
    made.add_argument("--subject", action="append", choices=("object", "link"))
    made.add_argument("--object", action="append", dest="object_id", metavar="ID")
    made.add_argument(
        "--limit", type=positive, metavar="N", help=f"so many changes ({SHOWN}; all with --json)"
    )
    made.add_argument("--exit-code", action="store_true", help="end with 7 when a change is shown")
    commands.add("reports", "A tenant's difference reports.", reports, lists=True)


def compared_by(made: ArgumentParser) -> None:
    """Which report: one that exists, or what it compares from."""
    which = made.add_mutually_exclusive_group()
    which.add_argument(
        "--from", type=positive, dest="base", metavar="SEQ", help="the older snapshot (the newest)"
    )
    which.add_argument("--report", metavar="ID", help="a report that was made before")


def diff(context: Context) -> Exit:
    args = context.args
    if args.to is not None and (args.base is None or args.report):
        raise usage("--to needs --from.")
    report = report_for(context, args.to)
    path = at(context.tenant, "reports", report["id"], "changes")
    limit = args.limit or (0 if context.output.json else SHOWN)
    found = list(context.api.every(path, several_of(args, *FILTERS), limit=limit))
    if context.output.json:
        context.output.data({"report": report, "changes": found})
    else:
        _show(context, report, found, limit)
    return Exit.DIFFERENT if found and args.exit_code else Exit.OK


def reports(context: Context) -> Exit:
    found = context.api.every(at(context.tenant, "reports"), limit=context.args.limit)
    context.output.listing(found, REPORT, "There is no report yet.")
    return Exit.OK


def report_for(context: Context, target: int | None) -> Thing:
    """The report that --report names, or one that is made now; complete. Raises Failure."""
    if context.args.report:
        path = at(context.tenant, "reports", context.args.report)
    else:
        base = context.args.base or newest_of(context)["seq"]
        made = context.api.post(at(context.tenant, "reports"), {"base": base, "target": target})
        path = at(context.tenant, "reports", made["id"])
    report = until(context, path, lambda found: found["state"] in ENDED, _told)
    if report["state"] != "complete":
        words = report["failure"] or f"The report ended as {report['state']}."
        raise Failure(words, Exit.REFUSED, code=f"report-{report['state']}", said=report)
    return report


def _told(report: Thing) -> tuple[str, int, int | None]:
    return f"Report: {report['state']}", 0, None


def _show(context: Context, report: Thing, found: list[Thing], limit: int) -> None:
    output = context.output
    if not found:
        output.say("Nothing changed that you asked for.")
    else:
        output.table(found, CHANGES)
    if len(found) == limit:
        output.note(f"The first {limit} are shown; --limit shows more, filters show fewer.")
    page = f"tenants/{context.tenant['id']}/reports/{report['id']}/"
    output.note(f"Report {report['id']}: {context.api.portal(page)}")


def _what(change: Thing) -> str:
    if change["subject"] == "link":
        return f"{change['link']}: {change['target_label'] or change['target_id']}"
    return ", ".join(value["name"] for value in change["attributes"])
