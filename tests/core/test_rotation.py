"""Every wrapped key ends up under the installation's current key, however often one is stopped."""

from __future__ import annotations

import base64
import json
import os
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from pytest_django import Settings

from apps.audit.models import AuditRecord
from apps.core import envelope, rotation
from apps.core.scope import no_scope
from apps.tenants import keys
from apps.tenants.models import MSP, Tenant, TenantKey
from tests.factories import make_msp, make_tenant

pytestmark = pytest.mark.django_db


def encoded() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def north() -> MSP:
    return make_msp("North")


@pytest.fixture
def tenants(north: MSP) -> list[Tenant]:
    return [make_tenant(north, f"Customer{number}") for number in range(4)]


def rotate_at_the_console(*arguments: str) -> tuple[int, Any]:
    out = StringIO()
    try:
        call_command("rotate_keys", "--json", *arguments, stdout=out)
        code = 0
    except SystemExit as left:
        code = int(str(left.code))
    return code, json.loads(out.getvalue())


def test_a_rotation_that_was_cut_off_goes_on_where_it_stopped(
    tenants: list[Tenant], settings: Settings
) -> None:
    before = {tenant.id: keys.data_key(tenant.id) for tenant in tenants}
    new = encoded()
    settings.HOLDFAST_KEYS = [new, *settings.HOLDFAST_KEYS]
    all_of_them = sum(rotation.pending().values())
    first_run = rotation.rotate()
    next(first_run), next(first_run)
    first_run.close()

    assert sum(rotation.pending().values()) == all_of_them - 2
    code, said = rotate_at_the_console()

    assert code == 0
    assert sum(said["changed"].values()) == all_of_them - 2
    assert not any(rotation.pending().values())
    settings.HOLDFAST_KEYS = [new]
    keys.forget_cached()
    assert {tenant.id: keys.data_key(tenant.id) for tenant in tenants} == before


def test_a_key_that_does_not_open_is_told_and_left_as_it_is(
    tenants: list[Tenant], settings: Settings
) -> None:
    with no_scope("a test damages a key"):
        damaged = TenantKey.objects.get(tenant=tenants[0])
        damaged.wrapped = bytes(damaged.wrapped)[:-1] + bytes([bytes(damaged.wrapped)[-1] ^ 1])
        damaged.save(update_fields=["wrapped"])
    settings.HOLDFAST_KEYS = [encoded(), *settings.HOLDFAST_KEYS]

    code, said = rotate_at_the_console()

    assert code == 1
    assert said["changed"]["data keys of tenants"] == len(tenants) - 1
    assert len(said["problems"]) == 1
    assert "does not open" in said["problems"][0]
    with no_scope("a test looks at a key"):
        assert TenantKey.objects.get(pk=damaged.pk).wrapped == damaged.wrapped


def test_a_key_replaced_meanwhile_is_not_overwritten(
    tenants: list[Tenant], settings: Settings
) -> None:
    settings.HOLDFAST_KEYS = [encoded(), *settings.HOLDFAST_KEYS]
    places = rotation.rotate()
    next(places)
    with no_scope("a test replaces keys while others rotate"):
        for row in TenantKey.objects.all():
            context = f"tenant:{row.tenant_id}".encode()
            TenantKey.objects.filter(pk=row.pk).update(wrapped=envelope.wrap(bytes(32), context))
        list(places)
        opened = {
            envelope.unwrap(bytes(row.wrapped), f"tenant:{row.tenant_id}".encode())
            for row in TenantKey.objects.all()
        }
    assert opened == {bytes(32)}


def test_counting_changes_nothing_and_tells_by_its_exit_code(
    tenants: list[Tenant], settings: Settings
) -> None:
    assert rotate_at_the_console("--check")[0] == 0
    settings.HOLDFAST_KEYS = [encoded(), *settings.HOLDFAST_KEYS]

    code, said = rotate_at_the_console("--check")

    assert code == 1
    assert said["pending"]["data keys of tenants"] == len(tenants)
    assert rotation.pending() == said["pending"]


def test_a_rotation_is_in_the_audit_trail(tenants: list[Tenant], settings: Settings) -> None:
    settings.HOLDFAST_KEYS = [encoded(), *settings.HOLDFAST_KEYS]

    rotate_at_the_console()

    with no_scope("a test reads the trail"):
        record = AuditRecord.objects.filter(event="keys.rotated").get()
    assert record.actor_kind == "console"
    assert record.data["failed"] == 0
    assert record.data["changed"] >= len(tenants)


def test_every_column_of_wrapped_keys_takes_part() -> None:
    holders = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.startswith("wrapped")
    }
    with no_scope("a test names the places"):
        known = {(place.rows().model._meta.label, place.column) for place in rotation.places()}
    assert holders == known
