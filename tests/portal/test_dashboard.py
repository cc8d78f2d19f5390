"""Every tenant on one screen: what each needs, the numbers on top, narrowing, pages, timeline."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.access import services as access
from apps.core import clock
from apps.core.scope import tenant_scope
from apps.diffs import volumes
from apps.diffs.lately import Risks
from apps.diffs.volume_bars import volume_bars
from apps.history.cadence.objectives import Freshness
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.portal.dashboard.charts import DAYS, HEIGHT, chart_of, shares
from apps.portal.dashboard.facts import Consent, Drilled, Facts, Newest, Verified
from apps.portal.dashboard.needs import PROTECTED, named, reasons
from apps.portal.dashboard.reading import freshness
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_tenant
from tests.portal.world import World, signed_in

NOW = clock.now()
MET = Freshness(UUID(int=1), timedelta(hours=24), NOW, None)
MISSED = Freshness(UUID(int=1), timedelta(hours=24), NOW, NOW - timedelta(hours=3))
WORKS = Consent("connected", "", 0, NOW, NOW + timedelta(days=200, hours=1))
WELL: dict[str, Any] = {"point": MET, "newest": Newest(7, NOW, True), "consent": WORKS}


def facts(**differs: Any) -> Facts:
    return Facts(Tenant(name="Contoso"), **{**WELL, **differs})


@pytest.mark.parametrize(
    ("differs", "need", "words"),
    [
        ({}, "none", "Protected"),
        ({"point": MISSED}, "missed", "older than agreed, for 3"),
        ({"newest": Newest(7, NOW, False)}, "partial", "partial"),
        ({"consent": None}, "connection", "consent"),
        ({"consent": WORKS._replace(state="failed")}, "connection", "does not work"),
        (
            {"consent": WORKS._replace(ends_at=NOW + timedelta(days=1, hours=1))},
            "connection",
            "expires in 1 day",
        ),
        (
            {"consent": WORKS._replace(ends_at=NOW - timedelta(days=1))},
            "connection",
            "has expired",
        ),
        ({"consent": WORKS._replace(missing=2)}, "connection", "Permissions"),
        ({"verified": Verified(NOW, 3, False)}, "damage", "damaged"),
        ({"verified": Verified(NOW, 0, True)}, "damage", "could not be verified"),
        ({"drilled": Drilled(NOW, "failed")}, "damage", "The last drill failed"),
        ({"failed": ("capture",)}, "failed", "The last snapshot failed"),
        ({"failed": ("export",)}, "failed", "Failed: Export"),
        ({"lately": Risks(high=1)}, "risk", "1 high-risk change since"),
        ({"waiting": 2}, "approval", "2 requests wait"),
        ({"newest": None}, "missed", "No snapshot yet"),
    ],
)
def test_each_reason_is_told_in_words_and_counted(
    differs: dict[str, Any], need: str, words: str
) -> None:
    found = reasons(facts(**differs))

    assert words in " ".join(reason.words for reason in found)
    assert need in named(found)
    assert ("look" in named(found)) == (need != "none")


def test_the_worst_reason_comes_first_and_all_are_told() -> None:
    found = reasons(facts(waiting=1, failed=("capture",), running="Running"))

    assert [reason.tone for reason in found] == ["bad", "warn", "busy"]
    assert reasons(facts()) == (PROTECTED,)
    assert named(reasons(facts(running="Running"))) == {"none"}


@given(st.builds(Risks, *[st.integers(0, 5000)] * 3), st.floats(2, 200))
def test_a_bar_is_cut_so_that_every_risk_that_is_there_shows(risks: Risks, whole: float) -> None:
    parts = dict(shares(risks, whole))

    assert set(parts) == {name for name, number in risks._asdict().items() if number}
    assert all(height >= whole / 12 for height in parts.values())
    if parts:
        assert sum(parts.values()) == pytest.approx(whole)


def test_the_chart_ends_today_and_its_total_is_of_all_days() -> None:
    today = date(2026, 11, 23)
    by_day = {today: Risks(5, 0, 1), today - timedelta(days=DAYS - 1): Risks(medium=2)}

    chart = chart_of(by_day, today)

    assert chart.total == Risks(5, 2, 1)
    assert [risk for risk, _ in chart.paths] == ["medium", "high", "low"]
    assert chart.paths[0][1].startswith("M0 ")
    assert chart.total.words == "1 high, 2 medium, 5 low"
    assert HEIGHT == 20


def test_a_number_leads_to_the_tenants_that_it_counts(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        Job.objects.filter(pk=world.job.pk).update(
            state=JobState.FAILED, finished_at=clock.now(), error_text="Refused."
        )
    alice = signed_in(world.cast.alice)

    everyone = alice.get("/").content.decode()
    failed = alice.get("/", {"need": "failed"}).content.decode()

    assert 'href="?need=failed"' in everyone
    assert "The last snapshot failed" in failed
    assert "Contoso" in failed
    assert "Fabrikam" not in failed
    assert "Fabrikam" in alice.get("/", {"need": "nonsense"}).content.decode()


def test_a_later_job_of_the_kind_makes_a_failure_history(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        Job.objects.filter(pk=world.job.pk).update(state=JobState.FAILED, finished_at=clock.now())
        Job.objects.create(
            kind="capture", tenant=world.tenant, actor_kind="system", state=JobState.DONE
        )

    shown = signed_in(world.cast.alice).get("/", {"need": "failed"}).content.decode()

    assert "No tenant matches" in shown


def test_a_tenant_that_nobody_connected_yet_misses_no_recovery_point() -> None:
    long_ago = NOW - timedelta(days=200)
    imported = Tenant(name="Imported", state=TenantState.PENDING, created_at=NOW)
    connected = Tenant(name="Contoso", state=TenantState.ACTIVE, created_at=NOW)
    newest = Newest(1, long_ago, False)

    assert freshness(imported, None, None, newest).met
    assert freshness(imported, None, None, newest).reached_at == long_ago
    assert not freshness(connected, None, None, newest).met


def test_tags_and_text_narrow_together_with_needs(world: World) -> None:
    access.set_tags(actor=actor_of(world.cast.alice), tenant=world.cast.fabrikam, tags=["gold"])
    alice = signed_in(world.cast.alice)

    for query in ({"tag": "gold"}, {"who": "FABRI"}, {"tag": "gold", "need": "look"}):
        shown = alice.get("/", query).content.decode()
        assert "Fabrikam" in shown
        assert "Contoso</a>" not in shown
    assert "No tenant matches" in alice.get("/", {"tag": "gold", "who": "con"}).content.decode()


def test_pages_go_on_behind_the_last_tenant_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.portal.dashboard.rows.PAGE", 2)
    for number in range(3):
        make_tenant(world.cast.north, f"Customer {number}")
    alice = signed_in(world.cast.alice)

    seen, query = [], ""
    for _ in range(3):
        answer = alice.get("/" + query)
        seen += [row.tenant.name for row in answer.context["rows"]]
        query = answer.context["next"]

    assert query == ""
    assert sorted(seen) == ["Contoso", "Customer 0", "Customer 1", "Customer 2", "Fabrikam"]


def test_a_saved_filter_leads_back_to_what_it_keeps(world: World) -> None:
    alice = signed_in(world.cast.alice)

    saved = alice.post(
        reverse("portal:save-filter"), {"name": "Contoso missed", "who": "con", "need": "missed"}
    )
    shown = signed_in(world.cast.bob).get("/").content.decode()

    assert saved["Location"] == "/?who=con&need=missed"
    assert "Contoso missed" in alice.get("/").content.decode()
    assert "Night watch" in shown
    assert "Contoso missed" not in shown


def test_the_timeline_offers_the_last_two_points_and_says_what_changed(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        volumes.rate(world.tenant)
    url = reverse("portal:tenant", args=[world.tenant.pk])

    shown = signed_in(world.cast.alice).get(url).content.decode()
    of_a_reader = signed_in(world.cast.bob).get(url).content.decode()

    assert f'<option value="{world.base.seq}" data-x=' in shown
    assert "Compare these two" in shown
    assert "first reading" in shown
    assert "1 high, 3 low" in shown
    assert "pinned" in shown
    assert "What changed since yesterday?" in shown
    assert "What changed since" not in of_a_reader
    assert "Compare these two" not in of_a_reader
    assert "The timeline as a table" in of_a_reader


def test_bars_are_put_together_by_time_and_keep_every_change(world: World) -> None:
    since = clock.now() - timedelta(days=30)
    with tenant_scope(world.tenant.pk):
        before = volume_bars(world.tenant, since=since, zone=clock.now().tzinfo)  # type: ignore[arg-type]
        volumes.rate(world.tenant)
        after = volume_bars(world.tenant, since=since, zone=clock.now().tzinfo)  # type: ignore[arg-type]

    assert before.unit == after.unit == "snapshot"
    assert [bar.seq for bar in after.bars] == [world.base.seq, world.target.seq]
    assert before.bars[1].unrated > 0
    assert after.bars[1].unrated == 0
    assert after.bars[1].risks.total == after.bars[1].changes
    assert [bar.has_first for bar in after.bars] == [True, False]


def test_a_search_finds_tenants_and_answers_a_script_with_what_was_found(world: World) -> None:
    alice = signed_in(world.cast.alice)
    url = reverse("portal:search")

    whole = alice.get(url, {"q": "fabri"}).content.decode()
    part = alice.get(url, {"q": "fabri"}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" in whole
    assert "<html" not in part
    assert reverse("portal:tenant", args=[world.cast.fabrikam.pk]) in part
    assert "Nothing found" not in part
