"""Policies on the pages: in words, with the names of that snapshot's time."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.scope import tenant_scope
from apps.diffs.models import DifferenceReport
from apps.entra.conditional_access.words import read
from apps.history.search.indexing import update_index
from apps.portal.policies import names_of
from apps.recovery.models import Plan
from tests.portal.world import POLICY, World, capture, make_report, object_id, signed_in

MOST_QUERIES = 17
APP = "9c1d2a0e-5a3f-4f6e-9b1c-0d8e7f6a5b4c"


@pytest.fixture
def carol(world: World) -> Client:
    return signed_in(world.cast.carol)


def said(client: Client, url: str) -> str:
    """What the page says, without markup; a page may not ask the database too often."""
    client.get(url)  # the look is recorded, and what every page needs is known
    with CaptureQueriesContext(connection) as ran:
        answer = client.get(url)
    assert answer.status_code == 200
    asked = [one["sql"][:100] for one in ran if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= MOST_QUERIES, asked
    return " ".join(re.sub("<[^>]+>", "", answer.content.decode()).split())


def address(world: World, route: str, *parts: object) -> str:
    return reverse(f"portal:{route}", args=[world.tenant.pk, *parts])


def test_a_policy_is_told_with_the_names_of_that_time(world: World, carol: Client) -> None:
    with tenant_scope(world.tenant.pk):
        world.source.put("group", object_id(1000), displayName="Another name")
        capture(world.tenant, world.source)

    page = said(carol, address(world, "object", POLICY, object_id(2000)) + "?at=1")

    assert "It applies to all users." in page
    assert "Exception It never applies to the group CA Exclude &lt;Emergency&gt; ." in page.replace(
        "&gt;.", "&gt; ."
    )
    assert "Another name" not in page


def test_what_differs_between_two_versions_is_told(world: World, carol: Client) -> None:
    page = said(
        carol,
        address(world, "object-versions", POLICY, object_id(2000)) + "?version=1&version=2",
    )

    assert "No longer excludes the group CA Exclude &lt;Emergency&gt;." in page


def test_a_reports_change_and_a_plans_step_say_it_in_words(world: World, carol: Client) -> None:
    with tenant_scope(world.tenant.pk):
        change = world.report.changes.get(kind=POLICY)
    url = address(world, "create-plan", world.report.pk)

    page = said(carol, address(world, "change", world.report.pk, change.position))
    planned = said(carol, carol.post(url, {"change": change.position})["Location"])

    assert "No longer excludes the group CA Exclude &lt;Emergency&gt;." in page
    assert "Now excludes the group CA Exclude &lt;Emergency&gt;." in planned


def test_what_is_deleted_or_unknown_is_told_with_its_id(world: World, carol: Client) -> None:
    # given a policy that names a group that is deleted, one that never was, and an application
    with tenant_scope(world.tenant.pk):
        source = world.source
        source.put("servicePrincipal", object_id(3000), displayName="Payroll", appId=APP)
        source.hard_delete("group", object_id(1000))
        users = {"includeGroups": [object_id(1000), object_id(1001)]}
        applications = {"includeApplications": [APP, "797f4846-ba00-4fd7-ba43-dac1f8f63013"]}
        named = {"users": users, "applications": applications}
        source.put(POLICY, object_id(2000), conditions=named)
        newest = capture(world.tenant, source)
        update_index(world.tenant)
        known = names_of(world.tenant, read({"conditions": named}).items, newest.seq)

    page = said(carol, address(world, "object", POLICY, object_id(2000)))

    assert (known[object_id(1000)].name, known[object_id(1000)].note) == (
        "CA Exclude <Emergency>",
        "deleted",
    )
    assert f"{object_id(1001)} deleted, or never known" in page
    assert "It covers Payroll and Windows Azure Service Management API." in page


def test_what_the_grammar_does_not_know_stands_on_the_page(world: World, carol: Client) -> None:
    with tenant_scope(world.tenant.pk):
        conditions = {"users": {"includeUsers": ["All"]}, "moonPhases": ["full <b>"]}
        world.source.put(POLICY, object_id(2000), conditions=conditions)
        capture(world.tenant, world.source)

    page = said(carol, address(world, "object", POLICY, object_id(2000)))

    assert "Not known to Holdfast" in page
    assert "conditions.moonPhases: full &lt;b&gt;" in page


def test_a_policy_that_comes_back_is_told_whole_in_the_plan(world: World, carol: Client) -> None:
    with tenant_scope(world.tenant.pk):
        world.source.hard_delete(POLICY, object_id(2000))
        report: DifferenceReport = make_report(
            world.cast, world.base, capture(world.tenant, world.source)
        )
        position = report.changes.get(kind=POLICY).position
    carol.post(address(world, "create-plan", report.pk), {"change": position})
    with tenant_scope(world.tenant.pk):
        plan = Plan.objects.get(report=report)

    page = said(carol, address(world, "plan", plan.pk))

    assert "The policy that comes back:" in page
    assert "It never applies to the group CA Exclude" in page
