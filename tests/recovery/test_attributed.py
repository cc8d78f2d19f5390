"""Changes that the audit log names by their ends alone have their author all the same."""

from __future__ import annotations

from apps.diffs.choices import ChangedBy
from apps.diffs.models import ReportChange
from tests.recovery.test_returning import assign, consent, new_application, trust
from tests.recovery.test_steps import users
from tests.recovery.workshop import Workshop


def test_grants_assignments_and_credentials_have_an_author(workshop: Workshop) -> None:
    application, principal = new_application(workshop)
    base = workshop.capture()
    grant = consent(workshop, principal, "Mail.ReadWrite")
    assignment = assign(workshop, users(workshop)[0], principal)
    credential = trust(workshop, application, "repo:evil")

    report = workshop.report(base)

    rows = ReportChange.objects.filter(report=report).values_list("object_id", "changed_by")
    assert dict(rows) == dict.fromkeys((grant, assignment, credential), ChangedBy.APPLICATION)


def test_every_change_of_the_quiet_takeover_has_an_author(workshop: Workshop) -> None:
    base = workshop.capture()
    workshop.sandbox.control("POST", "/incidents/quiet-takeover", {"tenant": workshop.entra})

    report = workshop.report(base)

    rows = ReportChange.objects.filter(report=report)
    assert {row.changed_by for row in rows} == {ChangedBy.USER}, [
        (row.kind, row.link, row.change, row.changed_by) for row in rows
    ]
