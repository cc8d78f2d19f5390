"""What pages show, what they cost, and how they answer when something is wrong."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.diffs.choices import ReportState
from apps.diffs.models import DifferenceReport
from apps.history.coverage import coverage
from apps.history.models import ShrinkConfirmation
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.portal.doors import came_from
from apps.recovery.choices import RunState
from apps.recovery.models import Run, Step, StepResult
from apps.tenants import services as tenants
from apps.tenants.choices import ConnectionState
from apps.tenants.models import Connection
from tests.factories import make_msp, make_tenant, make_user
from tests.portal.world import World, capture, make_report, object_id, signed_in


def page(world: World, route: str, client: Client | None = None, **extra: object) -> str:
    ids = {**world.ids, **extra}
    known = ("tenant_id", *extra)
    if route in ("report", "change"):
        known = (*known, "report_id")
    if route == "change":
        known = (*known, "position")
    if route in ("plan", "request", "run", "job"):
        known = (*known, f"{route}_id")
    url = reverse(f"portal:{route}", kwargs={name: ids[name] for name in known})
    answer = (client or signed_in(world.cast.alice)).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, url: str) -> int:
    client.get(url)  # the session is read and data keys are unwrapped once
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_list_shows_the_part_that_differs_by_name(world: World) -> None:
    shown = page(world, "report")

    assert "conditions.users.excludeGroups</span>" in shown
    assert f'<span title="{object_id(1000)}">CA Exclude &lt;Emergency&gt;</span>' in shown
    assert "(none)" in shown


def test_nothing_from_the_directory_becomes_markup(world: World) -> None:
    for route in ("report", "change", "plan", "request", "run"):
        assert "<script>alert" not in page(world, route)


def test_the_change_page_shows_both_sides(world: World) -> None:
    shown = page(world, "change", position=_position(world, "conditionalAccessPolicy"))

    assert "<del>CA Exclude &lt;Emergency&gt;" in shown


def test_coverage_counts_what_can_be_written_back(world: World) -> None:
    shown = page(world, "coverage")

    covered = {one.kind.name: one for one in coverage(None)}
    user = covered["user"]
    assert 0 < len(user.written) < user.number
    assert f"{len(user.written)} of {user.number} attributes can be written back" in shown
    assert all(one.number for one in covered.values())


def test_a_base_is_preselected_by_the_address(world: World) -> None:
    url = reverse("portal:reports", args=[world.tenant.pk])
    shown = signed_in(world.cast.alice).get(url, {"base": world.base.seq}).content.decode()

    assert f'<option value="{world.base.seq}" selected>' in shown


def test_report_queries_do_not_grow_with_rows(world: World) -> None:
    alice = signed_in(world.cast.alice)
    few = reverse("portal:report", args=[world.tenant.pk, world.report.pk])
    before = queries(alice, few)
    with tenant_scope(world.tenant.pk):
        for number in range(20):
            world.source.put("user", object_id(number + 1), displayName="A", department="B")
        newest = capture(world.tenant, world.source)
        more = make_report(world.cast, world.base, newest)

    after = queries(alice, reverse("portal:report", args=[world.tenant.pk, more.pk]))

    assert before <= 24
    assert after <= before


def test_dashboard_queries_do_not_grow_with_tenants(world: World) -> None:
    alice = signed_in(world.cast.alice)
    before = queries(alice, "/")
    for number in range(8):
        make_tenant(world.cast.north, f"Customer {number}")

    # Less where a query that is made once a minute was among the first.
    assert queries(alice, "/") <= before
    assert before < 12


def test_a_tenants_page_asks_for_nothing_twice(world: World) -> None:
    alice = signed_in(world.cast.alice)
    url = reverse("portal:tenant", args=[world.tenant.pk])
    queries(alice, url)

    with CaptureQueriesContext(connection) as captured:
        alice.get(url)

    asked = [re.sub(r"^(set holdfast[^;]*;)+", "", each["sql"]) for each in captured]
    # One of them for the branding, which is kept for a while outside of tests.
    assert len(asked) <= 15
    tables = [re.search(r'FROM "(\w+)"', sql) for sql in asked]
    main = [found[1] for found in tables if found]
    assert len(main) == len(set(main)), main


def test_run_queries_do_not_grow_with_steps(world: World) -> None:
    alice = signed_in(world.cast.alice)
    url = reverse("portal:run", args=[world.tenant.pk, world.run.pk])
    add_results(world, range(1, 2))
    before = queries(alice, url)
    add_results(world, range(2, 40))

    assert queries(alice, url) == before
    assert before <= 16


def add_results(world: World, numbers: range) -> None:
    """Links of the run's first step, as if it had many."""
    with tenant_scope(world.tenant.pk):
        step = Step.objects.filter(plan=world.run.request.plan)[0]
        StepResult.objects.bulk_create(
            StepResult(tenant=world.tenant, run=world.run, step=step, target_id=object_id(number))
            for number in numbers
        )


def test_a_held_collection_says_what_to_do_and_can_be_confirmed(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        for number in range(100):
            world.source.put("appRoleAssignment", f"a{number}", principalId=f"p{number}")
        capture(world.tenant, world.source)
        for number in range(40):
            world.source.objects["appRoleAssignment"].pop(f"a{number}")
        held = capture(world.tenant, world.source)
    alice, carol = signed_in(world.cast.alice), signed_in(world.cast.carol)

    assert "holds it back" in page(world, "tenant", alice)
    assert "Confirm that it is gone" not in page(world, "tenant", carol)
    url = reverse("portal:confirm-shrink", args=[world.tenant.pk, held.seq])
    answer = alice.post(url, {"collection": "appRoleAssignment", "reason": "tidied up"})

    assert answer.status_code == 302
    with tenant_scope(world.tenant.pk):
        assert ShrinkConfirmation.objects.count() == 1
    assert "The next snapshot takes the removals over" in page(world, "tenant", alice)


def test_a_person_without_tenants_is_told_whom_to_ask(db: None) -> None:
    nobody = make_user("Nora", make_msp("East"))

    shown = signed_in(nobody).get("/").content.decode()

    assert "No tenants yet" in shown
    assert "Ask a Tenant Manager" in shown


def test_what_microsoft_refuses_is_said_on_the_form(world: World) -> None:
    form = {"name": "Woodgrove", "tenant": "woodgrove.example", "cloud": "sandbox"}
    alice = signed_in(world.cast.alice)

    answer = alice.post("/tenants/add", {**form, "msp": str(world.cast.north.pk)})

    assert answer.status_code == 400
    shown = answer.content.decode()
    assert 'role="alert"' in shown
    assert 'value="woodgrove.example"' in shown


def test_a_tenant_that_waits_for_consent_says_so(db: None) -> None:
    msp = make_msp("East")
    tenant = make_tenant(msp, "Woodgrove", active=False)
    owner = make_user("Olga", msp, "tenant-manager", "backup-administrator")

    shown = signed_in(owner).get(f"/tenants/{tenant.pk}/").content.decode()

    assert "The first one is taken once an administrator of the customer has consented" in shown
    assert "Snapshot now" not in shown


def test_a_failed_report_says_what_is_safe_and_how_to_go_on(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        DifferenceReport.objects.filter(pk=world.report.pk).update(
            state=ReportState.FAILED, failure="Microsoft did not answer."
        )

    shown = page(world, "report")

    assert "Microsoft did not answer." in shown
    assert "Nothing was written to the tenant" in shown
    assert "Try again" in shown


def test_a_failed_capture_is_a_notice_on_the_tenants_page(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        Job.objects.filter(pk=world.job.pk).update(
            state=JobState.FAILED, error_text="The certificate was refused."
        )

    shown = page(world, "tenant")

    assert "The last snapshot failed" in shown
    assert "The certificate was refused." in shown


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED])
def test_a_run_that_ended_polls_no_more(world: World, state: RunState) -> None:
    assert "hx-trigger" in page(world, "run")
    with tenant_scope(world.tenant.pk):
        Run.objects.filter(pk=world.run.pk).update(
            state=state, finished_at=clock.now(), failure="It broke off."
        )

    shown = page(world, "run")

    assert "hx-trigger" not in shown
    assert state.label in shown


def test_htmx_stops_polling_a_finished_job(world: World) -> None:
    url = reverse("portal:job", args=[world.tenant.pk, world.job.pk])
    alice = signed_in(world.cast.alice)
    assert alice.get(url, headers={"HX-Request": "true"}).status_code == 200
    with tenant_scope(world.tenant.pk):
        Job.objects.filter(pk=world.job.pk).update(state=JobState.DONE, finished_at=clock.now())

    answer = alice.get(url, headers={"HX-Request": "true"})

    assert answer.status_code == 286
    assert answer["HX-Refresh"] == "true"


def test_the_tenant_in_need_comes_first(world: World) -> None:
    """Contoso has a snapshot of today and no connection; Fabrikam's connection is refused."""
    with no_scope("the scene is set"):
        registration = tenants.register_application(
            actor=SYSTEM, msp=world.cast.north, purpose="backup", cloud="sandbox", name="Holdfast"
        )
    with tenant_scope(world.cast.fabrikam.pk):
        Connection.objects.create(
            tenant=world.cast.fabrikam,
            msp_id=world.cast.north.pk,
            registration=registration,
            state=ConnectionState.FAILED,
            problem="The application was removed.",
        )

    shown = signed_in(world.cast.alice).get("/").content.decode()

    assert shown.index("Fabrikam") < shown.index("Contoso")
    assert "The application was removed." in shown
    assert "days left" in shown


def test_an_unknown_address_is_a_calm_page(world: World) -> None:
    answer = signed_in(world.cast.alice).get(f"/tenants/{uuid4()}/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_form_without_its_token_does_nothing(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        world.cast.alice, backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    answer = client.post(reverse("portal:capture", args=[world.tenant.pk]))

    assert answer.status_code == 403
    assert "Nothing was done" in answer.content.decode()


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_one_comes_back_only_to_our_own_pages(back: str) -> None:
    request = RequestFactory().post("/", {"back": back})

    assert came_from(request, default="/tenants/") == "/tenants/"


def test_one_comes_back_to_where_one_was() -> None:
    request = RequestFactory().post("/", {"back": "/runs/?page=2"})

    assert came_from(request, default="/") == "/runs/?page=2"


def _position(world: World, kind: str) -> int:
    with tenant_scope(world.tenant.pk):
        return world.report.changes.get(kind=kind).position
