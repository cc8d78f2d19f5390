"""A snapshot put into another tenant, from its own page: who may, what is asked, what is told."""

from __future__ import annotations

import pytest
from django.urls import reverse
from guardian.shortcuts import assign_perm

from apps.access.rights import ROLES
from apps.audit.models import AuditRecord
from apps.core.errors import Invalid
from apps.core.scope import no_scope, tenant_scope
from apps.jobs.models import Job
from apps.recovery.models import Transfer
from apps.recovery.transfer import services
from tests.factories import actor_of
from tests.history.sources import MemorySource
from tests.portal.world import INVITED, World, capture, signed_in


@pytest.fixture
def with_domains(world: World) -> World:
    """Both tenants say which domains are theirs."""
    source = MemorySource()
    source.put("domain", "fabrikam.example", isVerified=True, isDefault=True)
    with tenant_scope(world.cast.fabrikam.pk):
        capture(world.cast.fabrikam, source)
    world.source.put("domain", "contoso.example", isVerified=True, isDefault=True)
    with tenant_scope(world.tenant.pk):
        capture(world.tenant, world.source)
    return world


def made_in(world: World) -> int:
    with tenant_scope(world.tenant.pk):
        return Transfer.objects.exclude(pk=world.transfer.pk).count()


def test_the_way_from_a_snapshot_to_what_goes_across(with_domains: World) -> None:
    # given Alice, who may recover both
    world, client = with_domains, signed_in(with_domains.cast.alice)
    fabrikam, contoso = world.cast.fabrikam, world.cast.contoso

    # then the snapshot's page leads to the tenants that it can be put into
    led = client.get(reverse("portal:snapshot", args=[fabrikam.pk, 2])).text
    elsewhere = reverse("portal:put-elsewhere", args=[fabrikam.pk, 2])
    assert elsewhere in led
    begin = reverse("portal:begin-transfer", args=[contoso.pk])
    assert begin in client.get(elsewhere).text
    asked = client.get(begin, {"from": fabrikam.pk, "seq": 2}).text
    assert 'name="domain:fabrikam.example"' in asked

    # when she chooses
    answer = client.post(
        reverse("portal:prepare-transfer", args=[contoso.pk]),
        {
            "from": fabrikam.pk,
            "seq": 2,
            "domain:fabrikam.example": "contoso.example",
            "kind": ["user", "group"],
            "reason": "rehearsal",
        },
    )

    # then a job looks at it, and the trails of both tenants have it
    with tenant_scope(contoso.pk):
        made = Transfer.objects.exclude(pk=world.transfer.pk).get()
        assert made.domains == {"fabrikam.example": "contoso.example"}
        assert (made.kinds, made.reason) == (["user", "group"], "rehearsal")
        assert Job.objects.get(pk=made.job_id).kind == "survey-transfer"
    assert answer.headers["Location"] == reverse("portal:transfer", args=[contoso.pk, made.pk])
    with no_scope("a test reads the trail"):
        told = AuditRecord.objects.filter(event__startswith="transfer.")
        assert set(told.values_list("event", "tenant_id")) == {
            ("transfer.prepared", contoso.pk),
            ("transfer.looked_at", fabrikam.pk),
        }


def test_who_may_not_recover_the_source_does_not_learn_of_it(with_domains: World) -> None:
    # given Carol, who works for Contoso alone
    world, client = with_domains, signed_in(with_domains.cast.carol)
    named = {"from": world.cast.fabrikam.pk, "seq": 2}

    shown = client.get(reverse("portal:begin-transfer", args=[world.tenant.pk]), named)
    sent = client.post(
        reverse("portal:prepare-transfer", args=[world.tenant.pk]),
        {**named, "kind": "user", "reason": "curious"},
    )

    assert (shown.status_code, sent.status_code) == (404, 404)
    assert made_in(world) == 0


def test_nothing_goes_from_one_msp_to_another(with_domains: World) -> None:
    # given Alice with the same role at another MSP's customer
    world = with_domains
    tailspin = world.cast.tailspin
    with no_scope("the scene is set"):
        permission = ROLES["backup-administrator"].permission
        assign_perm(permission, world.cast.alice, tailspin)

    with no_scope("two tenants take part"), pytest.raises(Invalid) as refusal:
        services.prepare(
            actor=actor_of(world.cast.alice),
            tenant=tailspin,
            source=world.tenant,
            seq=world.target.seq,
            reason="rehearsal",
        )

    assert refusal.value.code == "another-msp"


def test_what_goes_across_is_told_with_the_reasons(world: World) -> None:
    client = signed_in(world.cast.alice)
    shown = client.get(reverse("portal:transfer", args=[world.tenant.pk, world.transfer.pk])).text

    assert INVITED in shown
    assert "Bring it over and compare" in shown
    listed = client.get(reverse("portal:transfers", args=[world.tenant.pk])).text
    assert "Fabrikam" in listed


def test_a_plan_says_from_which_tenant_its_content_comes(world: World) -> None:
    address = reverse("portal:plan", args=[world.tenant.pk, world.free_plan.pk])
    client = signed_in(world.cast.bob)
    assert "comes from another tenant" not in client.get(address).text

    with tenant_scope(world.tenant.pk):
        Transfer.objects.filter(pk=world.transfer.pk).update(base=world.base)

    assert "The content comes from another tenant: Fabrikam" in client.get(address).text
