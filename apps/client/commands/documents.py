"""documents, and show: one thing with all that belongs to it."""

from __future__ import annotations

from apps.client.api import at
from apps.client.commands.plans import show_plan
from apps.client.commands.requesting import show_request
from apps.client.commands.runs import show_run
from apps.client.context import Context
from apps.client.errors import Exit
from apps.client.files import place_for, save
from apps.client.parsing import Commands, positive

FORMS = ("json", "pdf")


def add_to(commands: Commands) -> None:
    show = commands.several("show", "One plan, request or run.")
    plan = show.add("plan", "A plan with its steps.", show_plan)
    plan.add_argument("id", metavar="PLAN")
    plan.add_argument("--limit", type=positive, metavar="N", help="so many steps at most (all)")
    show.add("request", "A recovery request.", show_request).add_argument("id", metavar="REQUEST")
    show.add("run", "A recovery.", show_run).add_argument("id", metavar="RUN")
    documents = commands.several("documents", "Download a signed document.")
    for what in ("plan", "run"):
        made = documents.add(what, f"Of a {what}.", document)
        made.set_defaults(what=what)
        made.add_argument("id", metavar=what.upper())
        made.add_argument("--form", choices=FORMS, default="pdf")
        made.add_argument("--output", metavar="FILE", help="(plan-ID.pdf, run-ID.pdf ...)")
        made.add_argument("--force", action="store_true", help="replace the file")


def document(context: Context) -> Exit:
    args = context.args
    place = place_for(args.output or f"{args.what}-{args.id}.{args.form}", may_replace=args.force)
    path = at(context.tenant, f"{args.what}s", args.id, "document")
    size = save(context.api.file(path, {"form": args.form}), place)
    context.output.data({"file": str(place), "bytes": size})
    context.output.say(f"{place} ({size} bytes)")
    return Exit.OK
