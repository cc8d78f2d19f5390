"""A document as PDF: for people to read, file and sign by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from apps.recovery.choices import Action, RequestState, ResultState, RunState
from apps.recovery.documents import as_json
from apps.recovery.documents.contents import RUN, Contents
from apps.recovery.documents.letterhead import write_letterhead
from apps.recovery.documents.sheet import Sheet
from apps.recovery.documents.signed import finished, moment
from apps.recovery.documents.signing import signature_of

# Beyond that nobody reads on: the JSON document has every row, and the PDF says so.
LISTED: Final = 3000
_SHOWN_TARGETS = 5
_GOOD = {str(state) for state in ResultState.good()}
Row = dict[str, Any]


def drawn(contents: Contents) -> bytes:
    """The PDF file. Reads the rows three times, holding only those listed and attached."""
    tally = Counter(_sort_of(row) for row in contents.rows())
    total = sum(tally.values())
    signature = signature_of(as_json.digest_of(contents))
    heading = contents.heading
    title = "Recovery report" if heading["format"] == RUN else "Recovery plan"
    sheet = Sheet(title=title, footer_text=f"{title} · SHA-256 {signature['digest'][:32]}…")
    write_letterhead(sheet, contents.msp_id)
    sheet.heading(title, size=18)
    sheet.pairs(_facts(heading))
    _say_risks(sheet, heading)
    _say_request(sheet, heading["request"])
    if heading["format"] == RUN:
        _say_outcome(sheet, heading["run"])
    _say_tally(sheet, tally)
    _list_rows(sheet, contents, total)
    return finished(sheet, contents, total, signature)


def _facts(heading: Row) -> Iterator[tuple[str, str]]:
    tenant, plan = heading["tenant"], heading["plan"]
    yield "Tenant", f"{tenant['name']} ({tenant['domain'] or tenant['entra_id']})"
    yield "Back to", f"snapshot {plan['base']}"
    yield "Assumes", f"the tenant as in snapshot {plan['assumed']}"
    yield "Plan made", f"{moment(plan['created_at'])} by {plan['created_by'] or 'Holdfast'}"
    yield "Digest of the plan", plan["digest"]
    counts = plan["counts"]
    writes = f"{counts['objects']} objects and {counts['links']} links"
    for_good = f"{counts.get('irreversible', 0)} of them for good"
    yield "Plan would write", f"{writes} in {counts['requests']} requests, {for_good}"
    yield "Risk", plan["risk"]
    if plan["undoes"]:
        yield "Takes back", f"recovery {plan['undoes']}"
    if heading["format"] == RUN:
        yield from _run_facts(heading["run"])


def _run_facts(run: Row) -> Iterator[tuple[str, str]]:
    yield "Recovery", run["id"]
    yield "State", RunState(run["state"]).label
    yield "Began, ended", f"{moment(run['started_at'])}, {moment(run['finished_at'])}"
    yield "Snapshot before it", str(run["safety_snapshot"] or "none")
    counts = run["counts"]
    if counts:
        wrote = f"{counts['objects']} objects and {counts['links']} links"
        wrong = f"{counts['failures']} failures, {counts['unverified']} not confirmed"
        yield "Wrote", f"{wrote}; {wrong}"


def _say_risks(sheet: Sheet, heading: Row) -> None:
    plan = heading["plan"]
    if plan["blockers"]:
        sheet.heading("What stands in the way")
        for blocker in plan["blockers"]:
            sheet.paragraph(f"Step {blocker['step']}: {blocker['text']}")
    if plan["risks"]:
        sheet.heading("What could go wrong")
        for risk in plan["risks"]:
            sheet.paragraph(f"{risk['level'].capitalize()}: {' '.join(risk['words'].values())}")


def _say_request(sheet: Sheet, request: Row | None) -> None:
    if request is None:
        return
    sheet.heading("Request and approval")
    sheet.pairs(_request_facts(request))


def _request_facts(request: Row) -> Iterator[tuple[str, str]]:
    yield "Asked by", f"{request['requested_by']}, {moment(request['requested_at'])}"
    yield "Why", request["reason"]
    for one in request["approvals"]:
        yield "Approved by", f"{one['by']} ({one['side']}), {moment(one['at'])}"
    yield "State", RequestState(request["state"]).label
    if request["decided_by"]:
        yield "Decided by", f"{request['decided_by']}, {moment(request['decided_at'])}"


def _say_outcome(sheet: Sheet, run: Row) -> None:
    if run["failure"]:
        sheet.heading("Why it stopped")
        sheet.paragraph(run["failure"])
    named = run["differs"].get("named", [])
    if named:
        sheet.heading("What was not as the plan assumes")
        rows = ([str(one["step"]), one["object_id"], ", ".join(one["attributes"])] for one in named)
        sheet.table(("Step", "Object", "Attributes"), (1, 5, 5), rows)
    if run["undo"]["losses"]:
        sheet.heading("What an undo would leave otherwise than it was")
        for loss in run["undo"]["losses"]:
            sheet.paragraph(f"{loss['count']} {loss['words']}")


def _say_tally(sheet: Sheet, tally: Counter[tuple[str, str, str]]) -> None:
    sheet.heading("In numbers")
    rows = (
        [_words(action), kind, state, str(number)]
        for (action, kind, state), number in sorted(tally.items())
    )
    sheet.table(("What", "Kind", "How it ended", "Number"), (5, 5, 4, 2), rows)


def _list_rows(sheet: Sheet, contents: Contents, total: int) -> None:
    sheet.heading("Step by step")
    rows: Iterable[Row] = contents.rows()
    if total > LISTED:
        sheet.paragraph(
            f"The first {LISTED} of {total} are listed, what went wrong before all else. The JSON "
            "document has every one."
        )
        rows = _wrong_first(contents)
    sheet.table(
        ("Step", "What", "Object", "Of it", "Why, or how it ended"),
        (1.2, 3, 5, 4.5, 6),
        (_cells(row) for row in islice(rows, LISTED)),
    )


def _wrong_first(contents: Contents) -> Iterator[Row]:
    yield from (row for row in contents.rows() if row.get("state", "done") not in _GOOD)
    yield from (row for row in contents.rows() if row.get("state", "done") in _GOOD)


def _cells(row: Row) -> list[str]:
    number = row["step"] if "step" in row else row["order"]
    what = f"{row['label']}\n{row['link'] or row['kind']}"
    return [str(number), _words(row["action"]), what, _of_it(row), _ending(row)]


def _of_it(row: Row) -> str:
    targets = row.get("target_labels") or [row.get("target_label")]
    named = [one for one in targets if one]
    if not named:
        return ", ".join(row["attributes"])
    more = len(named) - _SHOWN_TARGETS
    return ", ".join(named[:_SHOWN_TARGETS]) + (f" and {more} more" if more > 0 else "")


def _ending(row: Row) -> str:
    if "state" not in row:
        return str(row["reason"])
    state = ResultState(row["state"]).label
    return "\n".join(part for part in (state, row["reason"], row["detail"]) if part)


def _sort_of(row: Row) -> tuple[str, str, str]:
    state = ResultState(row["state"]).label if "state" in row else ""
    return (row["action"], row["kind"], state)


def _words(action: str) -> str:
    return Action(action).label
