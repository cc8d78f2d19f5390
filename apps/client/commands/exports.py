"""export."""

from __future__ import annotations

from apps.client.api import Thing, at
from apps.client.commands.snapshots import newest_of
from apps.client.context import Context
from apps.client.errors import Exit, Failure, usage
from apps.client.files import place_for, save
from apps.client.parsing import Commands, positive
from apps.client.showing import Column, moment
from apps.client.waiting import until

FORMS = ("zip", "json", "csv")
COLUMNS: tuple[Column, ...] = (
    ("Export", "id"),
    ("Snapshot", "snapshot"),
    ("State", "state"),
    ("Kind", "kind"),
    ("Asked", moment("requested_at")),
    ("Kept until", moment("expires_at")),
    ("Bytes", "size"),
)


def add_to(commands: Commands) -> None:
    made = commands.add("export", "Take a snapshot's data out, as a file.", export, waits=True)
    made.add_argument("--snapshot", type=positive, metavar="SEQ", help="(the newest)")
    made.add_argument("--kind", default="", help="only this kind")
    made.add_argument("--object", default="", metavar="ID", help="only this one; needs --kind")
    made.add_argument("--form", choices=FORMS, default="zip")
    made.add_argument("--output", metavar="FILE", help="(DOMAIN-SEQ.zip)")
    made.add_argument("--force", action="store_true", help="replace the file")
    made.add_argument("--no-wait", action="store_true", help="print the export and end")
    commands.add("exports", "What was taken out of a tenant.", exports, lists=True)


def exports(context: Context) -> Exit:
    found = context.api.every(at(context.tenant, "exports"), limit=context.args.limit)
    context.output.listing(found, COLUMNS, "Nothing was taken out yet.")
    return Exit.OK


def export(context: Context) -> Exit:
    args = context.args
    if args.object and not args.kind:
        raise usage("--object needs --kind.")
    seq = args.snapshot or newest_of(context)["seq"]
    name = args.output or f"{context.tenant['domain']}-{seq}.{args.form}"
    place = place_for(name, may_replace=args.force)
    body = {"snapshot": seq, "kind": args.kind, "object_id": args.object, "form": args.form}
    made = context.api.post(at(context.tenant, "exports"), body)
    if args.no_wait:
        context.output.thing(made, COLUMNS)
        return Exit.OK
    ready = _ready(context, made)
    path = at(context.tenant, "exports", ready["id"], "file")
    size = save(context.api.file(path), place, ready["sha256"] or "")
    context.output.data(ready | {"file": str(place)})
    context.output.say(f"{place} ({size} bytes)")
    return Exit.OK


def _ready(context: Context, made: Thing) -> Thing:
    path = at(context.tenant, "exports", made["id"])
    ended = until(context, path, lambda found: found["state"] != "waiting", _told)
    if ended["state"] != "ready":
        words = ended["failure"] or f"The export ended as {ended['state']}."
        raise Failure(words, Exit.REFUSED, code=f"export-{ended['state']}", said=ended)
    return ended


def _told(export: Thing) -> tuple[str, int, int | None]:
    return f"Export: {export['state']}", export["objects"], None
