"""What a verification leaves behind: a row, and where there is damage a record and mail."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.audit.models import AuditRecord
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.history.choices import VerificationCause
from apps.history.models import Verification
from apps.history.verification.recording import last_verification, verify_and_record
from apps.notify.models import OutboxMessage
from apps.notify.services import contents
from apps.tenants.models import Tenant
from tests.history.verification.conftest import Tamper

BROKEN = """
update history_objectversion set body = set_byte(body, 40, get_byte(body, 40) # 1)
where object_id = 'u001' and seq = 5
"""


def look(tenant: Tenant, **how: Any) -> Verification:
    return verify_and_record(actor=SYSTEM, tenant=tenant, cause=VerificationCause.SCHEDULE, **how)


def recorded(event: str) -> int:
    with no_scope("a test reads the trail"):
        return AuditRecord.objects.filter(event=event).count()


def test_what_was_found_is_kept_and_an_intact_history_troubles_nobody(
    tenant: Tenant, damaged: Tamper
) -> None:
    mails = OutboxMessage.objects.count()

    row = look(tenant)

    assert last_verification(tenant) == row
    assert row.is_intact
    assert (row.is_full, row.newest_seq, row.damage) == (True, 6, [])
    assert OutboxMessage.objects.count() == mails


def test_damage_is_recorded_and_mailed_to_who_manages_the_tenant_once_a_day(
    tenant: Tenant, damaged: Tamper
) -> None:
    before = recorded("history.damaged")
    damaged(BROKEN)

    row, again = look(tenant), look(tenant)

    assert {one["code"] for one in row.damage} == {"versions-changed", "body-unreadable"}
    assert row.damage_in_all == again.damage_in_all == 2
    assert recorded("history.damaged") == before + 2
    (mail,) = [contents(one) for one in OutboxMessage.objects.all() if one.sealed]
    assert mail.to.startswith("alice@")
    assert mail.subject == "The history of Contoso is damaged"
    assert "- snapshot 5 (body-unreadable): It cannot be read: the body of user u001." in mail.text


def test_a_sample_reads_about_its_share_and_checks_the_chain_all_the_same(
    tenant: Tenant, damaged: Tamper
) -> None:
    rows = [look(tenant, share=10.0) for _ in range(2)]

    assert all(40 < row.bodies < 200 for row in rows)
    assert not any(row.is_full for row in rows)
    damaged("update history_snapshot set reason = 'nightly' where seq = 4")
    assert [one["code"] for one in look(tenant, share=1.0).damage] == ["snapshot-changed"]


def test_positions_are_read_in_any_case_where_that_is_asked_for(
    tenant: Tenant, damaged: Tamper
) -> None:
    damaged(BROKEN)

    row = look(tenant, share=0.001, also=[5])

    assert [one["code"] for one in row.damage] == ["versions-changed"]


def run(*arguments: str) -> tuple[int, Any]:
    """Exit code and answer of manage.py verify."""
    out = StringIO()
    try:
        call_command("verify", *arguments, "--json", stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), json.loads(out.getvalue() or "null")
    return 0, json.loads(out.getvalue())


def test_the_command_says_by_its_exit_code_what_it_found(
    tenant: Tenant, damaged: Tamper, settings: pytest.FixtureRequest, tmp_path: Path
) -> None:
    out = StringIO()
    call_command("verify", "--print-roots", stdout=out)
    roots = tmp_path / "roots.jsonl"
    roots.write_text(out.getvalue())

    assert run()[0] == 0
    assert run("--tenant", tenant.domain, "--sample", "5", "--roots", str(roots))[0] == 0
    assert run("--tenant", "nobody.example")[0] == 4
    damaged(BROKEN)
    code, (said,) = run("--tenant", tenant.domain)
    assert code == 1
    assert (said["intact"], said["damage_in_all"]) == (False, 2)


def test_the_command_ends_with_two_where_it_could_not_look(tenant: Tenant, damaged: Tamper) -> None:
    damaged("update tenants_tenantkey set wrapped = sha512(wrapped)")
    from apps.tenants import keys

    keys.forget_cached()
    code, (said,) = run("--tenant", tenant.domain)
    keys.forget_cached()

    assert code == 2
    assert "No body could be opened" in said["unchecked"]
