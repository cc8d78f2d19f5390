"""Schedule and retention in the portal: the picture, the preview, the second person's word."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.scope import no_scope, tenant_scope
from apps.history.models import (
    Cadence,
    KeepTemplate,
    LegalHold,
    Snapshot,
    SnapshotPin,
    TemplateKeepChange,
    TenantKeepChange,
)
from apps.history.retention import changes, selectors
from apps.history.retention.agreed import agreed
from apps.history.retention.rules import DEFAULT_RULES
from apps.jobs.models import Job
from apps.tenants.selectors import backup_policy
from tests.api.described import operations
from tests.factories import actor_of
from tests.portal.test_permissions import PARTS
from tests.portal.world import World, signed_in

LONGER = {name: str(number + 1) for name, number in DEFAULT_RULES.plain().items()}
SHORTER = {"all_days": "1"}


def address(world: World, route: str) -> str:
    ids = {**world.ids, "seq": world.base.seq}
    return reverse(f"portal:{route}", kwargs={part: ids[part] for part in PARTS[f"portal:{route}"]})


def shown(world: World, route: str, client: Client | None = None, **query: str) -> str:
    answer = (client or signed_in(world.cast.alice)).get(address(world, route), query)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def send(world: World, route: str, client: Client | None = None, **form: object) -> str:
    """What the page says that one comes to after the act."""
    browser = client or signed_in(world.cast.alice)
    answer = browser.post(address(world, route), form, follow=True)
    return re.sub(r"\s+", " ", answer.content.decode())


def settle(world: World) -> None:
    """Peggy's own change is off the table."""
    with tenant_scope(world.tenant.pk):
        change = selectors.access_change(world.tenant, world.kept.change.pk)
        changes.cancel(actor=actor_of(world.cast.alice), change=change)


def test_the_page_shows_what_stays_why_and_what_waits(world: World) -> None:
    page = shown(world, "retention")

    assert "On legal hold" in page
    assert "A shorter retention waits for a second person" in page
    assert "storage is dear" in page
    assert DEFAULT_RULES.words in page
    assert 'class="keep-hold"' in page


def test_what_shortens_stands_among_the_approvals(world: World) -> None:
    page = shown(world, "requests")

    for what in ("a shorter retention", "the release of the pin", "the end of the legal hold"):
        assert what in page


def test_readers_read_and_have_nothing_to_press(world: World) -> None:
    page = shown(world, "retention", signed_in(world.cast.bob))

    assert "On legal hold" in page
    assert "Change the rules" not in page
    assert "Approve: snapshots go earlier" not in page


def test_the_preview_says_whether_it_takes_two(world: World) -> None:
    settle(world)

    assert "somebody else has to approve it" in shown(world, "preview-retention", **SHORTER).lower()
    assert "so it acts at once" in shown(world, "preview-retention", **LONGER)


def test_what_was_previewed_is_made(world: World) -> None:
    settle(world)

    assert "The rules are in force" in send(world, "change-retention", **LONGER)

    with tenant_scope(world.tenant.pk):
        assert agreed(world.tenant).rules.yearly == DEFAULT_RULES.yearly + 1


def test_a_shortening_is_approved_by_another_person_with_a_fresh_proof(world: World) -> None:
    dave = world.cast.dave
    send(world, "decide-retention", signed_in(dave, confirmed=False), verdict="yes")
    with tenant_scope(world.tenant.pk):
        assert TenantKeepChange.objects.get(pk=world.kept.change.pk).state == "waiting"

    assert "Approved" in send(world, "decide-retention", signed_in(dave), verdict="yes")

    with tenant_scope(world.tenant.pk):
        change = TenantKeepChange.objects.get(pk=world.kept.change.pk)
    assert change.state == "grace"
    assert change.takes_effect_at is not None
    assert change.takes_effect_at > clock.now() + timedelta(days=13)
    assert "takes effect on" in shown(world, "retention")
    assert "Cancelled" in send(world, "cancel-retention")


def test_a_pin_and_a_hold_are_let_go_by_two(world: World) -> None:
    for route, said in (("decide-pin", "Released"), ("decide-hold", "The hold has ended")):
        assert said in send(world, route, verdict="yes")

    with tenant_scope(world.tenant.pk):
        assert SnapshotPin.objects.get(pk=world.kept.pin.pk).released_by == world.cast.alice
        assert LegalHold.objects.get(pk=world.kept.hold.pk).ended_by == world.cast.alice


def test_a_snapshots_page_says_why_it_stays(world: World) -> None:
    page = shown(world, "snapshot")

    assert "legal hold" in page
    assert "the incident" in page
    assert "Release the pin" in page
    assert "not while it is legal hold" in shown(world, "snapshots")


def test_a_template_is_previewed_for_each_follower(world: World) -> None:
    alice = actor_of(world.cast.alice)
    settle(world)
    with no_scope("the scene is set"):
        TemplateKeepChange.objects.all().delete()
    with tenant_scope(world.tenant.pk):
        changes.change_retention(actor=alice, tenant=world.tenant, template=world.kept.template)

    assert "Would be removed" in shown(world, "keep-template", **SHORTER)
    assert "Somebody else has to approve this" in send(
        world, "change-template", **SHORTER, reason="storage is dear"
    )
    assert "a shorter retention waits" in shown(world, "keep-templates")


def test_an_msp_makes_templates(world: World) -> None:
    form = {**LONGER, "name": "Platinum", "for_new": "1"}

    assert "Platinum" in send(world, "create-template", **form)

    with no_scope("a test looks"):
        assert KeepTemplate.objects.get(name="Platinum").for_new


def test_a_template_gets_another_name_that_no_other_has(world: World) -> None:
    send(world, "create-template", **LONGER, name="Platinum")

    assert "The template is called Gold for ever now." in send(
        world, "rename-template", name=" Gold  for ever "
    )
    refused = send(world, "rename-template", name="Platinum")

    assert "There is a template with this name." in refused
    with no_scope("a test looks"):
        assert KeepTemplate.objects.get(pk=world.kept.template.pk).name == "Gold for ever"


def test_the_schedule_is_set_with_its_blackouts(world: World) -> None:
    settle(world)
    form = {
        "time_zone": "Europe/Zurich",
        "enabled": "1",
        "full_hour": "4",
        "delta_minutes": "30",
        "objective_minutes": "240",
        "full_weekday": ["0", "6"],
    }

    assert "every 30 minutes, in full Mon Sun after 04:00" in send(world, "set-schedule", **form)
    page = send(world, "set-blackouts", weekday=["0"], begin="8", end="18")
    assert "Monday, 08:00 to 18:00" in page

    schedule = backup_policy(world.tenant).schedule
    assert schedule.objective == timedelta(hours=4)
    assert len(schedule.blackouts) == 1
    with tenant_scope(world.tenant.pk):
        assert Cadence.objects.filter(tenant=world.tenant, full_at__isnull=False).exists()
    send(world, "set-blackouts", remove="0")
    assert backup_policy(world.tenant).schedule.blackouts == ()


@pytest.mark.parametrize(
    "form", [{}, {"time_zone": "Middle/Earth", "full_hour": "2", "objective_minutes": "60"}]
)
def test_a_schedule_that_makes_no_sense_changes_nothing(world: World, form: dict[str, str]) -> None:
    before = backup_policy(world.tenant).schedule

    assert "The schedule was not changed" in send(world, "set-schedule", **form)

    assert backup_policy(world.tenant).schedule == before


def test_a_snapshot_before_a_change_is_asked_for_by_its_name(world: World) -> None:
    send(world, "capture-before-change", change="CHG-1234")

    with tenant_scope(world.tenant.pk):
        asked = Job.objects.get(args__reason="before a change: CHG-1234")
    assert asked.urgent


def test_there_is_no_way_to_delete_a_snapshot() -> None:
    with_snapshot = {
        name.removeprefix("portal:") for name, parts in PARTS.items() if "seq" in parts
    }
    words = ("delete", "remove", "prune", "purge", "erase", "expire")

    # By the portal: no route about a snapshot but those to look and to keep,
    assert not [name for name in with_snapshot if any(word in name for word in words)]
    assert not [name for name in PARTS if "snapshot" in name and any(w in name for w in words)]
    # by the API: nothing deletes at all, and nothing but a question is sent to a snapshot,
    assert not [one.name for one in operations() if one.method == "delete"]
    assert not [one.name for one in operations() if "/snapshots/" in one.path and one.changes]


def test_the_database_refuses_to_delete_a_snapshot(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        with pytest.raises(DatabaseError), transaction.atomic():
            Snapshot.objects.filter(pk=world.base.pk).delete()
        assert Snapshot.objects.filter(pk=world.base.pk).exists()
