"""requests, request, approve, withdraw."""

from __future__ import annotations

from apps.client.api import Thing, at
from apps.client.context import Context
from apps.client.errors import Exit
from apps.client.parsing import Commands
from apps.client.showing import Column, moment, person
from apps.client.waiting import until

REQUEST: tuple[Column, ...] = (
    ("Request", "id"),
    ("State", "state"),
    ("Risk", "risk"),
    ("Reason", "reason"),
    ("By", person("requested_by")),
    ("Asked", moment("requested_at")),
    ("Expires", moment("expires_at")),
    ("Run", "run_id"),
)
WHOLE_REQUEST: tuple[Column, ...] = (
    *REQUEST,
    ("Plan", "plan_id"),
    ("Decided by", person("decided_by")),
    ("Decided", moment("decided_at")),
    ("In words", "decision_reason"),
    ("Digest", "digest"),
)


def add_to(commands: Commands) -> None:
    commands.add("requests", "A tenant's recovery requests.", requests, lists=True)
    made = commands.add(
        "request", "Put a plan forward, for a second person to approve.", request, waits=True
    )
    made.add_argument("plan", metavar="PLAN", help="the plan's id")
    made.add_argument("--reason", required=True, help="for the approver, and the audit trail")
    made.add_argument(
        "--undo-hours", type=int, default=0, metavar="N", help="have its undo approved with it"
    )
    made.add_argument("--wait", action="store_true", help="until it is decided")
    approve = commands.add("approve", "Where a request is approved: in the portal.", approval)
    approve.add_argument("request", metavar="REQUEST", help="the request's id")
    taken_back = commands.add("withdraw", "Take back your request.", withdraw)
    taken_back.add_argument("request", metavar="REQUEST", help="the request's id")
    taken_back.add_argument("--reason", default="")


def requests(context: Context) -> Exit:
    found = context.api.every(at(context.tenant, "requests"), limit=context.args.limit)
    context.output.listing(found, REQUEST, "Nothing was asked for yet.")
    return Exit.OK


def request(context: Context) -> Exit:
    args = context.args
    body = {"plan_id": args.plan, "reason": args.reason, "undo_hours": args.undo_hours}
    made = context.api.post(at(context.tenant, "requests"), body)
    link = page_of(context, made)
    if not args.wait:
        context.output.thing(made | {"portal": link}, WHOLE_REQUEST)
        context.output.note(f"A second person decides here: {link}")
        return Exit.OK
    context.output.note(f"Waiting until a second person decides here: {link}")
    path = at(context.tenant, "requests", made["id"])
    decided = until(context, path, lambda found: found["state"] != "waiting", _told)
    context.output.thing(decided | {"portal": link}, WHOLE_REQUEST)
    return outcome(decided)


def approval(context: Context) -> Exit:
    """The API lets no token decide, so all this can do is say where a person does."""
    found = context.api.get(at(context.tenant, "requests", context.args.request))
    link = page_of(context, found)
    context.output.thing(found | {"portal": link}, WHOLE_REQUEST)
    if found["state"] != "waiting":
        context.output.note(f"It is {found['state']} already.")
        return outcome(found)
    context.output.note("Nothing was approved: a token may never decide about a recovery, so that")
    context.output.note("a stolen one cannot. A second person signs in and decides here:")
    context.output.note(link)
    return Exit.NOT_ALLOWED


def withdraw(context: Context) -> Exit:
    path = at(context.tenant, "requests", context.args.request, "withdraw")
    found = context.api.post(path, {"reason": context.args.reason})
    context.output.thing(found, WHOLE_REQUEST)
    return Exit.OK


def show_request(context: Context) -> Exit:
    found = context.api.get(at(context.tenant, "requests", context.args.id))
    context.output.thing(found | {"portal": page_of(context, found)}, WHOLE_REQUEST)
    return outcome(found)


def page_of(context: Context, found: Thing) -> str:
    """The portal's address of a request."""
    return context.api.portal(f"tenants/{context.tenant['id']}/requests/{found['id']}/")


def outcome(found: Thing) -> Exit:
    """Waiting and approved are fine; refused, withdrawn and expired are not."""
    return Exit.OK if found["state"] in ("waiting", "approved") else Exit.REFUSED


def _told(found: Thing) -> tuple[str, int, int | None]:
    return f"Request: {found['state']}", 0, None
