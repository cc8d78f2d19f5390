"""From a domain to a working Graph client, by a consent that is proved and not believed."""

from __future__ import annotations

from contextvars import Context
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.core import mail

from apps.audit import selectors as audit
from apps.connect import services
from apps.connect.clients import NotConnected, graph_client
from apps.connect.links import ConsentLink
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.entra.errors import EntraError
from apps.jobs import runner
from apps.jobs.models import Job
from apps.tenants.choices import ConnectionState, TenantState
from apps.tenants.models import Connection, ConsentRequest, Tenant
from tests.connect.conftest import Stage
from tests.factories import actor_of


def add(stage: Stage, who: str = "alice", where: str = "", mail_to: str = "") -> ConsentLink:
    user = getattr(stage.cast, who)
    return services.add_customer(
        actor=actor_of(user),
        msp=stage.cast.south if who == "mallory" else stage.cast.north,
        name="New customer",
        domain_or_tenant_id=where or stage.domain,
        cloud="sandbox",
        mail_to=mail_to,
    )


def finish(stage: Stage, link: ConsentLink) -> Connection:
    answer = stage.open_link(link.url)
    return services.finish_consent(state=answer["state"], params=answer)


def count(model: type[Connection | ConsentRequest | Job]) -> int:
    with no_scope("a test counts rows"):
        return model.objects.count()


def tenant_of(link: ConsentLink) -> Tenant:
    return Tenant.objects.select_related("msp").get(pk=link.tenant_id)


@pytest.mark.parametrize("by", ["domain", "tenant id"])
def test_a_customer_is_added_consents_and_can_be_read(stage: Stage, by: str) -> None:
    stage.register(stage.cast.north)
    link = add(stage, where=stage.domain if by == "domain" else str(stage.entra_id))
    tenant = tenant_of(link)
    assert (tenant.state, tenant.entra_id) == (TenantState.PENDING, stage.entra_id)
    with pytest.raises(NotConnected):
        graph_client(tenant)

    connection = finish(stage, link)

    assert (connection.state, connection.missing) == (ConnectionState.CONNECTED, [])
    tenant = tenant_of(link)
    assert tenant.state == TenantState.ACTIVE
    organisation = graph_client(tenant).get("/organization")["value"][0]
    assert UUID(organisation["id"]) == stage.entra_id
    ours = ("connection.", "consent.", "tenant.")
    trail = audit.entries(tenant_id=tenant.id)
    events = [entry.event for entry in trail if entry.event.startswith(ours)]
    assert events == [
        "connection.changed",
        "tenant.activated",
        "consent.given",
        "consent.requested",
        "tenant.added",
    ]


def test_the_callback_needs_nobody_who_is_signed_in(stage: Stage) -> None:
    stage.register(stage.cast.north)
    answer = stage.open_link(add(stage).url)

    # in a context of its own, where no scope and no person are known
    connection = Context().run(services.finish_consent, state=answer["state"], params=answer)

    assert connection.state == ConnectionState.CONNECTED


def test_a_consent_link_asks_for_what_the_application_requires(stage: Stage) -> None:
    registration = stage.register(stage.cast.north)
    link = add(stage)
    address = urlsplit(link.url)
    assert address.path == f"/{stage.entra_id}/v2.0/adminconsent"
    query = parse_qs(address.query)
    assert query["client_id"] == [str(registration.client_id)]
    assert query["scope"] == ["https://graph.microsoft.com/.default"]
    assert len(query["state"][0]) >= 43  # 256 bits in base64
    with no_scope("a test looks what is stored"):
        stored = ConsentRequest.objects.get()
    assert query["state"][0].encode() not in bytes(stored.state_digest)


def test_the_link_is_mailed_and_the_mail_is_not_kept(
    stage: Stage, django_capture_on_commit_callbacks: object
) -> None:
    stage.register(stage.cast.north)
    link = add(stage, mail_to="admin@customer.example")
    with no_scope("a test runs the delivery"):
        job = Job.objects.get(kind="notify-deliver")
    assert "customer.example" not in str(job.args)
    assert runner.run(str(job.id)) == "done"
    (sent,) = mail.outbox
    assert sent.to == ["admin@customer.example"]
    assert link.url in sent.body


def test_a_link_works_once(stage: Stage) -> None:
    stage.register(stage.cast.north)
    link = add(stage)
    answer = stage.open_link(link.url)
    services.finish_consent(state=answer["state"], params=answer)
    with pytest.raises(Invalid, match="used already"):
        services.finish_consent(state=answer["state"], params=answer)


def test_a_link_expires_and_a_newer_one_takes_its_place(stage: Stage) -> None:
    stage.register(stage.cast.north)
    first = add(stage)
    second = services.consent_link(
        actor=actor_of(stage.cast.alice), tenant=tenant_of(first), purpose="backup"
    )
    replaced = stage.open_link(first.url)
    with pytest.raises(Invalid):
        services.finish_consent(state=replaced["state"], params=replaced)
    answer = stage.open_link(second.url)
    with clock.frozen(clock.now() + timedelta(days=8)), pytest.raises(Invalid):
        services.finish_consent(state=answer["state"], params=answer)
    assert tenant_of(first).state == TenantState.PENDING


def test_the_tenant_in_the_callback_is_not_believed(stage: Stage) -> None:
    stage.register(stage.cast.north)
    link = add(stage)
    stolen = {"admin_consent": "True", "tenant": str(uuid4())}
    state = parse_qs(urlsplit(link.url).query)["state"][0]
    connection = services.finish_consent(state=state, params=stolen)
    assert connection.state == ConnectionState.PROVING
    assert tenant_of(link).state == TenantState.PENDING
    with pytest.raises(Invalid):
        services.finish_consent(state="guessed", params=stolen)


def test_a_consent_that_has_not_spread_is_proved_by_a_job(stage: Stage) -> None:
    stage.register(stage.cast.north)
    link = add(stage)
    state = parse_qs(urlsplit(link.url).query)["state"][0]
    services.finish_consent(state=state, params={"admin_consent": "True"})
    with no_scope("a test runs the job"):
        job = Job.objects.get(kind="connect-prove")
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        assert runner.run(str(job.id)) == "queued"
    stage.open_link(link.url)  # now it has arrived
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        assert runner.run(str(job.id)) == "done"
    assert tenant_of(link).state == TenantState.ACTIVE


def test_a_consent_that_never_spreads_ends_as_failed_and_says_what_to_do(stage: Stage) -> None:
    stage.register(stage.cast.north)
    link = add(stage)
    state = parse_qs(urlsplit(link.url).query)["state"][0]
    connection = services.finish_consent(state=state, params={"admin_consent": "True"})
    with no_scope("a test runs the job"):
        job = Job.objects.get(kind="connect-prove")
    with clock.frozen(clock.now() + timedelta(minutes=30)):
        assert runner.run(str(job.id)) == "done"
    with no_scope("a test reads"):
        connection.refresh_from_db()
    assert connection.state == ConnectionState.FAILED
    assert connection.problem_code
    assert connection.problem


def test_a_declined_consent_is_explained_and_the_link_stays_good(stage: Stage) -> None:
    stage.register(stage.cast.north)
    link = add(stage)
    answer = stage.open_link(link.url, decision="decline")
    connection = services.finish_consent(state=answer["state"], params=answer)
    assert connection.state == ConnectionState.PENDING
    assert connection.problem
    assert finish(stage, link).state == ConnectionState.CONNECTED


def test_each_missing_permission_is_named(stage: Stage) -> None:
    stage.register(stage.cast.north, leave_out="Policy.Read.All")
    link = add(stage)
    with clock.frozen(clock.now()) as frozen:
        finish(stage, link)
        frozen.advance(timedelta(minutes=20))
        (connection,) = services.check_health(
            actor=actor_of(stage.cast.alice), tenant=tenant_of(link)
        )
    assert connection.state == ConnectionState.INCOMPLETE
    assert connection.missing == ["Policy.Read.All"]
    assert graph_client(tenant_of(link)).get("/organization")


def test_what_reaches_a_corner_may_be_kept_back(stage: Stage) -> None:
    stage.register(stage.cast.north, leave_out="Directory.Read.All")
    connection = finish(stage, add(stage))

    assert (connection.state, connection.missing) == (ConnectionState.CONNECTED, [])
    (absent,) = services.kept_back(connection)
    assert absent.name == "Directory.Read.All"
    assert "grants" in absent.without


def test_a_revoked_consent_shows_in_the_health_check(stage: Stage) -> None:
    registration = stage.register(stage.cast.north)
    link = add(stage)
    with clock.frozen(clock.now()) as frozen:
        finish(stage, link)
        found = stage.sandbox.graph(
            "GET",
            f"/servicePrincipals(appId='{registration.client_id}')",
            tenant=str(stage.entra_id),
        ).json()
        gone = stage.sandbox.graph(
            "DELETE", f"/servicePrincipals/{found['id']}", tenant=str(stage.entra_id)
        )
        assert gone.status_code == 204
        frozen.advance(timedelta(days=1))
        (connection,) = services.check_health(
            actor=actor_of(stage.cast.alice), tenant=tenant_of(link)
        )
    assert connection.state == ConnectionState.FAILED
    assert "consent" in connection.problem.lower()
    with pytest.raises(NotConnected):
        graph_client(tenant_of(link))


def test_recovery_is_a_consent_of_its_own(stage: Stage) -> None:
    stage.register(stage.cast.north)
    stage.register(stage.cast.north, "recovery")
    link = add(stage)
    finish(stage, link)
    with pytest.raises(NotConnected):
        graph_client(tenant_of(link), "recovery")
    writer = services.consent_link(
        actor=actor_of(stage.cast.alice), tenant=tenant_of(link), purpose="recovery"
    )
    assert finish(stage, writer).state == ConnectionState.CONNECTED
    assert "User.ReadWrite.All" in graph_client(tenant_of(link), "recovery").prove().roles


def test_a_tenant_that_another_msp_looks_after_is_refused_without_naming_it(stage: Stage) -> None:
    stage.register(stage.cast.north)
    stage.register(stage.cast.south)
    finish(stage, add(stage))
    tenants_before = Tenant.objects.count()
    with pytest.raises(Conflict) as caught:
        add(stage, "mallory")
    assert "North" not in caught.value.explanation()
    assert Tenant.objects.count() == tenants_before


def test_a_claim_without_consent_keeps_nobody_out_and_loses_to_the_first_proof(
    stage: Stage,
) -> None:
    stage.register(stage.cast.north)
    stage.register(stage.cast.south)
    squatter = add(stage, "mallory")
    assert finish(stage, add(stage)).state == ConnectionState.CONNECTED
    connection = finish(stage, squatter)
    assert (connection.state, connection.problem_code) == (ConnectionState.FAILED, "tenant-taken")
    assert tenant_of(squatter).state == TenantState.PENDING


def test_the_same_msp_adds_a_tenant_once(stage: Stage) -> None:
    stage.register(stage.cast.north)
    add(stage)
    with pytest.raises(Conflict, match="already"):
        add(stage)


@pytest.mark.parametrize("category", ["ciam", "b2c"])
def test_tenants_for_consumers_are_refused(stage: Stage, category: str) -> None:
    stage.register(stage.cast.north)
    domain = next(
        tenant["domain"]
        for tenant in stage.sandbox.overview["tenants"]
        if tenant["category"] == category
    )
    with pytest.raises(Invalid) as caught:
        add(stage, where=domain)
    assert caught.value.code == "consumer-tenant"
    assert count(Connection) == 0


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("not a domain", Invalid),
        ("", Invalid),
        ("https://contoso.com/", Invalid),
        ("nobody-has-this.example", EntraError),
        ("6f1d1c52-77c1-4a3b-9d1e-2f0c5a7b9e11", EntraError),
    ],
)
def test_what_names_no_tenant_is_refused_in_plain_words(
    stage: Stage, where: str, error: type[Exception]
) -> None:
    stage.register(stage.cast.north)
    with pytest.raises(error) as caught:
        add(stage, where=where or " ")
    assert getattr(caught.value, "todo", "")
    assert count(Connection) == 0


def test_without_an_application_nothing_is_added(stage: Stage) -> None:
    tenants_before = Tenant.objects.count()
    with pytest.raises(Invalid) as caught:
        add(stage)
    assert caught.value.code == "no-application"
    assert Tenant.objects.count() == tenants_before


@pytest.mark.parametrize(
    ("who", "refusal"), [("bob", NotAllowed), ("carol", NotFound), ("dave", NotFound)]
)
def test_only_a_manager_of_the_msp_adds_customers(
    stage: Stage, who: str, refusal: type[Exception]
) -> None:
    stage.register(stage.cast.north)
    tenants_before, asked = Tenant.objects.count(), stage.sandbox.request_log.read_text()
    with pytest.raises(refusal):
        add(stage, who)
    assert Tenant.objects.count() == tenants_before
    assert (count(Connection), count(ConsentRequest), count(Job)) == (0, 0, 0)
    assert stage.sandbox.request_log.read_text() == asked
