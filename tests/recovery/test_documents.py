"""Signed documents of plans and runs say the same as the pages, and notice being changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core.errors import Invalid
from apps.recovery.documents import as_pdf, services, signed
from apps.recovery.documents.reading import document_in
from apps.recovery.documents.signing import verify
from apps.recovery.selectors import access_plan, access_run
from tests.factories import actor_of
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop

NAME = "Ödön Živković Наталья 日本"


def written(document: services.Document) -> bytes:
    return b"".join(document.parts)


def test_a_run_is_told_in_a_signed_file_and_its_print(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a recovery of somebody whose name the font does not wholly have
    user = users(workshop)[0]
    workshop.graph("PATCH", f"/users/{user}", {"displayName": NAME})
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Secret department"})
    run = access_run(workshop.tenant, workshop.recover(base).pk)
    plan = access_plan(workshop.tenant, run.request.plan_id)
    actor = actor_of(workshop.dave)

    # when it is taken as JSON
    made = services.run_document(actor=actor, run=run, form="json")
    file = written(made)

    # then it is whole, names what was done, and has no values
    heading = verify(document_in(file))
    document = json.loads(file)["document"]
    assert heading["run"]["state"] == "complete"
    assert heading["request"]["approvals"][0]["by"] == workshop.dave.email
    assert [row["label"] for row in document["results"]] == [NAME]
    assert b"Secret department" not in file
    assert NAME not in made.file_name
    # and it is the same whoever makes it again
    assert file == written(services.run_document(actor=actor, run=run, form="json"))

    # a letter changed, or a step left out, is noticed
    for changed in (file.replace(b'"done"', b'"failed"'), file.replace(b'"attempts":1', b'"a":1')):
        assert changed != file
        with pytest.raises(Invalid):
            verify(document_in(changed))

    # the PDF carries the same document along
    pdf = written(services.run_document(actor=actor, run=run, form="pdf"))
    assert pdf.startswith(b"%PDF")
    assert document_in(pdf) == json.loads(file)

    # and the command says so
    for name, data in (("run.json", file), ("run.pdf", pdf)):
        (tmp_path / name).write_bytes(data)
        call_command("verify_document", str(tmp_path / name))
    (tmp_path / "run.json").write_bytes(file.replace(b"complete", b"failed!!"))
    with pytest.raises(CommandError):
        call_command("verify_document", str(tmp_path / "run.json"))

    # a plan has its steps with what each sends, but for the values
    steps = json.loads(written(services.plan_document(actor=actor, plan=plan, form="json")))
    (step,) = steps["document"]["steps"]
    assert step["request"]["method"] == "PATCH"
    assert len(step["request"]["content_sha256"]) == 64

    # and a print of more than people read says so
    monkeypatch.setattr(as_pdf, "LISTED", 0)
    monkeypatch.setattr(signed, "ATTACHED", 0)
    short = written(services.plan_document(actor=actor, plan=plan, form="pdf"))
    with pytest.raises(Invalid):
        document_in(short)
