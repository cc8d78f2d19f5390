"""playbooks, plans, plan, show plan."""

from __future__ import annotations

from apps.client.api import Thing, at
from apps.client.commands.diffs import compared_by, report_for
from apps.client.context import Context
from apps.client.errors import Exit
from apps.client.parsing import Commands
from apps.client.selecting import add_options, selection_of
from apps.client.showing import Column, moment, person
from apps.client.waiting import for_job

PLAN: tuple[Column, ...] = (
    ("Plan", "id"),
    ("Risk", "risk"),
    ("Back to", "base"),
    ("Does", lambda plan: _does(plan)),
    ("Blocked", lambda plan: len(plan["blockers"]) or None),
    ("Made", moment("created_at")),
    ("By", person("created_by")),
)
WHOLE_PLAN: tuple[Column, ...] = (*PLAN, ("Report", "report_id"), ("Digest", "digest"))
STEPS: tuple[Column, ...] = (
    ("Step", "order"),
    ("Wave", "wave"),
    ("Action", "action"),
    ("Kind", "kind"),
    ("Name", lambda step: step["label"] or step["object_id"]),
    ("What", lambda step: _what(step)),
    ("Reversible", "reversible"),
)
PLAYBOOKS: tuple[Column, ...] = (
    ("Key", "key"),
    ("Name", "name"),
    ("Asks for", "asks_for"),
    ("What it brings back", "description"),
)


def add_to(commands: Commands) -> None:
    commands.add("playbooks", "The playbooks that a plan can be made from.", playbooks)
    commands.add("plans", "A tenant's plans, newest first.", plans, lists=True)
    made = commands.add(
        "plan", "Plan a recovery. Nothing is written to the tenant.", plan, waits=True
    )
    compared_by(made)
    add_options(made)


def playbooks(context: Context) -> Exit:
    found = context.api.get(at(context.tenant, "playbooks"))["results"]
    context.output.listing(found, PLAYBOOKS, "There is no playbook.")
    return Exit.OK


def plans(context: Context) -> Exit:
    found = context.api.every(at(context.tenant, "plans"), limit=context.args.limit)
    context.output.listing(found, PLAN, "There is no plan yet.")
    return Exit.OK


def plan(context: Context) -> Exit:
    selection = selection_of(context.args)
    report = report_for(context, None)
    body = {"report_id": report["id"], "selection": selection}
    made = context.api.post(at(context.tenant, "plans"), body)
    return show_made(context, made)


def show_made(context: Context, made: Thing) -> Exit:
    """What a planning operation answered: the plan, or the job that makes it."""
    if "digest" not in made:
        result = for_job(context, made)["result"] or {}
        made = context.api.get(at(context.tenant, "plans", result["plan_id"]))
    context.output.data(made)
    if not context.output.json:
        summarise(context, made)
        words = f"holdfast request {context.args.tenant} {made['id']} --reason ..."
        context.output.note("It is blocked." if made["blockers"] else f"To ask for it: {words}")
    return Exit.REFUSED if made["blockers"] else Exit.OK


def summarise(context: Context, plan: Thing) -> None:
    """To people: what it does, what could go wrong, what blocks it, where it is."""
    output = context.output
    output.thing(plan, WHOLE_PLAN)
    for risk in plan["risks"]:
        output.say(f"Risk, {risk['level']}: {risk['what']} {risk['why']} {risk['todo']}")
    for blocker in plan["blockers"]:
        output.say(f"Blocked at step {blocker['step']}: {blocker['text']}")
    page = f"tenants/{context.tenant['id']}/plans/{plan['id']}/"
    output.note(context.api.portal(page))


def show_plan(context: Context) -> Exit:
    path = at(context.tenant, "plans", context.args.id)
    found = context.api.get(path)
    steps = list(context.api.every(f"{path}/steps", limit=context.args.limit or 0))
    context.output.data(found | {"steps": steps})
    if not context.output.json:
        summarise(context, found)
        context.output.table(steps, STEPS)
    return Exit.REFUSED if found["blockers"] else Exit.OK


def _does(plan: Thing) -> str:
    actions = plan["counts"].get("actions", {})
    return ", ".join(f"{count} {action}" for action, count in actions.items())


def _what(step: Thing) -> str:
    if step["link"]:
        return f"{step['link']}: {', '.join(step['target_labels'] or step['targets'])}"
    return ", ".join(step["attributes"])
