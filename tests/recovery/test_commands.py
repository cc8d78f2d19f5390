"""The night when the web is down: the whole way from the operator's console."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.audit.models import AuditRecord
from apps.recovery.models import RecoveryRequest, Run
from tests.recovery.workshop import Workshop


def command(name: str, *arguments: str) -> Any:
    out = StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_compare_ask_approve_and_look_at_the_console(workshop: Workshop) -> None:
    # given
    user = workshop.first("/users?$select=id,department")
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user['id']}", {"department": "Nowhere"})
    tenant, alice, dave = workshop.tenant.domain, workshop.alice.email, workshop.dave.email

    # when
    seen = command("diff", tenant, "--from", str(base.seq), "--as", alice)
    options = ("--snapshot", str(base.seq), "--object", user["id"], "--reason", "mistake")
    asked = command("request", tenant, *options, "--as", alice)
    done = command("approve", asked["request"]["id"], "--as", dave)
    listed = command("runs", tenant, "--as", alice)
    told = command("runs", tenant, "--run", done["id"], "--as", alice)

    # then
    assert [change["attributes"][0]["name"] for change in seen["changes"]] == ["department"]
    assert asked["plan"]["counts"]["requests"] == 1
    assert done["state"] == "complete"
    assert [run["id"] for run in listed] == [done["id"]]
    assert [result["state"] for result in told["results"]] == ["done"]
    approved = AuditRecord.objects.get(event="recovery.approved")
    assert approved.actor_kind == "console"


def test_the_requester_cannot_approve_at_the_console_either(workshop: Workshop) -> None:
    user = workshop.first("/users?$select=id")["id"]
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"department": "Nowhere"})
    alice = workshop.alice.email
    options = ("--snapshot", str(base.seq), "--reason", "mistake")
    asked = command("request", workshop.tenant.domain, *options, "--as", alice)

    with pytest.raises(SystemExit) as stopped:
        command("approve", asked["request"]["id"], "--as", alice)

    assert stopped.value.code == 3
    assert not Run.objects.exists()
    assert RecoveryRequest.objects.get().state == "waiting"
