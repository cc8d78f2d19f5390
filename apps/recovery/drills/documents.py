"""Handing out the evidence of a drill, as the JSON that was signed and as a PDF for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import canonical
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.recovery.documents.letterhead import write_letterhead
from apps.recovery.documents.services import FORMS, Document
from apps.recovery.documents.sheet import Sheet
from apps.recovery.documents.signed import attach, say_signature
from apps.recovery.drills.asked import answers_of, lasting
from apps.recovery.drills.choices import Phase
from apps.recovery.drills.models import Drill

TITLE: Final = "Restore test"
Row = dict[str, Any]


def take_evidence(*, actor: Actor, drill: Drill, form: str) -> Document:
    """The evidence of an ended drill as "json" or "pdf". Needs the right to see backups.

    Raises NotFound, NotAllowed; Invalid for another form; Conflict for a drill that goes on."""
    rights.require(actor, rights.VIEW_BACKUPS, drill.tenant)
    made = evidence_document(drill, form)
    with transaction.atomic():
        audit.record(
            actor=actor,
            event="recovery.document_taken",
            tenant_id=drill.tenant_id,
            subject=drill.tenant.name,
            data={"document": f"drill-{drill.pk}", "form": form},
        )
    return made


def evidence_document(drill: Drill, form: str) -> Document:
    """The file itself. Raises Invalid, Conflict."""
    if form not in FORMS:
        raise Invalid("Evidence is made as JSON or as PDF.", code="document-form")
    if not drill.evidence:
        raise Conflict(
            "The drill has not ended yet.",
            code="drill-not-ended",
            todo="Wait until it has; its evidence is made then.",
        )
    name = f"restore-test-{drill.pk}"
    if form == "json":
        return Document(iter([_file(drill)]), "application/json", f"{name}.json")
    return Document(iter([_drawn(drill, name)]), "application/pdf", f"{name}.pdf")


def content_of(drill: Drill) -> Row:
    """The document of an ended drill: "heading" and "issues"."""
    content: Row = json.loads(drill.evidence)
    return content


def _file(drill: Drill) -> bytes:
    """The very bytes that were signed, and the signature of then."""
    signature = canonical.dumps(drill.signature)
    return b'{"document":' + drill.evidence.encode() + b',"signature":' + signature + b"}\n"


def _drawn(drill: Drill, name: str) -> bytes:
    content = content_of(drill)
    heading, issues = content["heading"], content["issues"]
    digest = drill.signature["digest"]
    sheet = Sheet(title=TITLE, footer_text=f"{TITLE} · SHA-256 {digest[:32]}…")
    write_letterhead(sheet, drill.tenant.msp_id)
    sheet.heading(f"{TITLE}: {heading['tenant']['name']}", size=18)
    sheet.pairs([("Result", heading["result"]["words"]), *_facts(heading)])
    if heading["result"]["failure"]:
        sheet.heading("Why it did not succeed")
        sheet.paragraph(heading["result"]["failure"])
    sheet.heading("As questionnaires ask")
    asked = ([one.question, one.answer] for one in answers_of(heading, len(issues)))
    sheet.table(("Question", "Answer"), (5, 9), asked)
    _say_times(sheet, heading["numbers"])
    _say_numbers(sheet, heading["numbers"])
    _say_issues(sheet, issues)
    sheet.heading("Limits of this test")
    for limit in heading["limits"]:
        sheet.paragraph(limit)
    note = (
        f"The signed document is attached to this file as {name}.json. It was signed when the test "
        "ended, and manage.py verify-document checks it."
    )
    say_signature(sheet, drill.signature, note)
    attach(sheet, f"{name}.json", _file(drill))
    return bytes(sheet.output())


def _facts(heading: Row) -> Iterator[tuple[str, str]]:
    drill = heading["drill"]
    yield "Damage rehearsed", f"{drill['scenario']['title']}. {drill['scenario']['what']}"
    yield "Asked for by", (heading["asked_by"] or {}).get("name", "")
    yield "Performed by", heading["performed_by"]
    yield "Test", drill["id"]


def _say_times(sheet: Sheet, numbers: Row) -> None:
    seconds = numbers.get("seconds", {})
    if not seconds:
        return
    sheet.heading("Where the time went")
    counts = {str(one) for one in Phase.of_recovery()}
    rows = [
        [one.label, lasting(seconds[one]), "yes" if one in counts else "no, preparation"]
        for one in Phase
        if one in seconds
    ]
    rows.append(["Recovery time", lasting(numbers["recovery_seconds"]), ""])
    sheet.table(("Part", "Time", "Of the recovery time"), (7, 3, 4), rows)


def _say_numbers(sheet: Sheet, numbers: Row) -> None:
    if "damaged" not in numbers:
        return
    sheet.heading("Damaged and recovered")
    rows = [
        [name.capitalize(), str(numbers["damaged"][name]), str(numbers["recovered"][name])]
        for name in ("objects", "links", "attributes")
    ]
    sheet.table(("What", "Damaged", "Came back whole"), (5, 3, 3), rows)
    sheet.paragraph(
        f"{_many(numbers['partly_recovered'], 'object')} came back but for what is named below. "
        f"Left without having been announced: {_many(numbers['unexpected'], 'change')}."
    )
    if numbers["not_recoverable"]:
        lost = ([str(one["count"]), one["reason"]] for one in numbers["not_recoverable"])
        sheet.table(("Number", "Cannot be restored, as was said beforehand"), (1.5, 12), lost)


def _many(number: int, what: str) -> str:
    return f"{number} {what if number == 1 else what + 's'}"


def _say_issues(sheet: Sheet, issues: list[Row]) -> None:
    sheet.heading("Issues")
    if not issues:
        sheet.paragraph("None.")
        return
    rows = ([str(one["count"]), one["words"], ", ".join(one["examples"])] for one in issues)
    sheet.table(("Number", "What", "For example"), (1.5, 8, 6), rows)
