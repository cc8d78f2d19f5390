"""One table says what everybody gets at every address; a route that is not in it fails a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from apps.access.models import User
from tests.attacks.fingerprint import Fingerprint, changed_tables, fingerprint
from tests.attacks.sending import post_form
from tests.attacks.watching import changed_by, written_tables
from tests.portal.callers import (
    ADMINISTRATORS,
    APPROVERS,
    AUDITORS,
    CALLERS,
    MANAGERS,
    MEMBERS,
    OF_CONTOSO,
    OPERATORS,
    STAFF_MANAGERS,
    TAKERS,
    Row,
    act,
    everybody,
    make_callers,
    msp_page,
    of_contoso,
    of_north,
    on_msp,
    overview,
    own,
    page,
    view,
)
from tests.portal.world import World, signed_in

# What nobody has to be signed in for.
OPEN = (
    "healthz",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_login_webauthn",
    "mfa_authenticate",
    "microsoft",
    "microsoft-callback",
    "open-recovery",
    "recover",
    "portal:accept-invitation",
    "portal:invitation",
    "portal:open-invitation",
    "portal:theme",
    "portal:language",
    "portal:sign-in-of",
    "portal:brand-colours",
    "portal:brand-logo",
    "portal:consent-callback",
)


MATRIX = (
    everybody("healthz", "GET", 200),
    everybody("account_login", "GET", 302, anonymous=200),
    everybody("account_logout", "GET", 200, anonymous=302),
    everybody("account_reset_password", "GET", 302, anonymous=200),
    everybody("account_reset_password", "POST", 302, anonymous=200),
    everybody("account_reset_password_done", "GET", 200),
    everybody("account_reset_password_from_key", "GET", 200),
    everybody("account_reset_password_from_key_done", "GET", 200),
    everybody("mfa_login_webauthn", "GET", 302),
    everybody("mfa_login_webauthn", "POST", 302),
    everybody("mfa_authenticate", "GET", 302),
    # Signing in with Microsoft is not set up in this world.
    everybody("microsoft", "GET", 409),
    everybody("microsoft-callback", "GET", 400),
    own("microsoft-confirm", "GET", 409),
    own("microsoft-link", "GET", 409),
    own("unlink-microsoft", "POST", 302),
    own("microsoft-prove", "GET", 404, alice=409, ingrid=409, bob=403),
    everybody("open-recovery", "GET", 302),
    # The link in this world leads nowhere.
    everybody("recover", "GET", 404),
    everybody("recover", "POST", 404),
    view("tenant-sign-in", *MEMBERS),
    act("set-tenant-sign-in", *MANAGERS),
    act("set-mapping", *MANAGERS),
    act("tenant-emergency", *MANAGERS),
    msp_page("msp-sign-in"),
    on_msp("set-msp-sign-in"),
    on_msp("msp-emergency"),
    # Carol, whom it is for, belongs to the MSP and not to the customer.
    of_contoso("tenant-recovery-link", "POST", 404, *MANAGERS),
    of_north("msp-recovery-link", "POST", 200, *STAFF_MANAGERS),
    # One's own account, for everybody who has one; a form without its fields is refused.
    own("portal:account", "GET", 200),
    own("portal:account", "POST", 400),
    own("account_reauthenticate", "GET", 200),
    own("account_reauthenticate", "POST", 400),
    own("account_change_password", "GET", 200),
    own("account_change_password", "POST", 200),
    own("account_set_password", "GET", 302),
    own("account_set_password", "POST", 302),
    own("usersessions_list", "GET", 200),
    own("usersessions_list", "POST", 302),
    own("mfa_index", "GET", 200),
    own("mfa_activate_totp", "GET", 302),
    own("mfa_activate_totp", "POST", 302),
    own("mfa_deactivate_totp", "GET", 200),
    own("mfa_deactivate_totp", "POST", 200),
    own("mfa_list_webauthn", "GET", 302),
    own("mfa_add_webauthn", "GET", 200),
    own("mfa_add_webauthn", "POST", 200),
    # The passkey of these is nobody's.
    own("mfa_edit_webauthn", "GET", 404),
    own("mfa_edit_webauthn", "POST", 404),
    own("mfa_remove_webauthn", "GET", 404),
    own("mfa_remove_webauthn", "POST", 404),
    own("mfa_view_recovery_codes", "GET", 404),
    own("mfa_download_recovery_codes", "GET", 404),
    own("mfa_generate_recovery_codes", "GET", 200),
    own("mfa_generate_recovery_codes", "POST", 302),
    own("portal:tokens", "GET", 200),
    own("portal:create-token", "GET", 200),
    own("portal:create-token", "POST", 400),
    # Alice's own token, which reaches all that North has.
    own("portal:revoke-token", "POST", 404, alice=302),
    msp_page("msp-tokens", *STAFF_MANAGERS),
    on_msp("revoke-msp-token"),
    view("tenant-tokens", *MANAGERS),
    # Alice's token is her MSP's to end, not the customer's.
    of_contoso("revoke-tenant-token", "POST", 302, *STAFF_MANAGERS, heidi=404),
    everybody("portal:theme", "POST", 302),
    everybody("portal:language", "POST", 302),
    everybody("portal:sign-in-of", "GET", 302),
    everybody("portal:brand-colours", "GET", 200),
    # There is no such logo.
    everybody("portal:brand-logo", "GET", 404),
    # How North shows itself. The form without a file is refused.
    msp_page("branding", *STAFF_MANAGERS),
    msp_page("msp-stores", *STAFF_MANAGERS),
    of_north("msp-stores", "POST", 400, *STAFF_MANAGERS),
    of_north("change-msp-store", "POST", 302, *STAFF_MANAGERS),
    of_north("branding", "POST", 302, *STAFF_MANAGERS),
    on_msp("set-logo"),
    everybody("portal:consent-callback", "GET", 400),
    everybody("portal:signed-in-at-microsoft", "GET", 400, anonymous=302),
    overview("portal:dashboard"),
    # A filter that narrows nothing is refused; Alice shared hers with North's staff.
    own("portal:save-filter", "POST", 302, olivia=404, oscar=404),
    own("portal:remove-filter", "POST", 404, alice=302, ingrid=302, bob=403),
    overview("portal:requests"),
    overview("portal:runs"),
    # Adding needs a Tenant Manager of a whole MSP; an empty form is refused as one.
    own("portal:add-tenant", "GET", 403, alice=200, ingrid=200, mallory=200),
    own("portal:add-tenant", "POST", 403, alice=400, ingrid=400, mallory=400),
    # Who leaves is the managers' to say. There is nothing to agree to, and no certificate yet.
    view("leaving", *MANAGERS),
    act("begin-leaving", *MANAGERS),
    act("agree-leaving", *MANAGERS),
    act("cancel-leaving", *MANAGERS),
    act("export-tenant", *TAKERS),
    # There is no store in this world; a form without a region is refused.
    page("offsite"),
    act("ship", *TAKERS),
    act("choose-region", *MANAGERS),
    act("withdraw-handover", *MANAGERS),
    # A customer is offered by its MSP.
    act("offer-handover", *STAFF_MANAGERS),
    own("portal:take-over", "GET", 403, alice=200, ingrid=200, mallory=200),
    own("portal:take-over", "POST", 403, alice=400, ingrid=400, mallory=400),
    overview("portal:certificates"),
    # There is no such export and no such import. A form without a snapshot or a file is refused.
    overview("portal:export-verifier"),
    overview("portal:export-key"),
    view("exports", *TAKERS),
    act("create-export", *TAKERS),
    of_contoso("download-export", "POST", 404, *TAKERS),
    view("imports", *MANAGERS),
    act("create-import", *MANAGERS),
    # Customers are the MSP's to add.
    of_contoso("import-beside", "POST", 302, *STAFF_MANAGERS, heidi=404),
    of_contoso("import", "GET", 404, *MANAGERS),
    of_contoso("import-report", "GET", 404, *MANAGERS),
    own("portal:certificate", "GET", 404),
    overview("portal:people"),
    overview("portal:groups"),
    overview("portal:roles"),
    # Of North's staff: for who has a role on the whole MSP.
    msp_page("staff"),
    msp_page("group"),
    *(
        on_msp(route)
        for route in (
            "set-staff-roles",
            "remove-staff",
            "invite-staff",
            "create-group",
            "change-group",
            "delete-group",
            "add-group-member",
            "remove-group-member",
        )
    ),
    # The link in this world leads nowhere, so there is nothing to accept.
    everybody("portal:open-invitation", "GET", 302),
    everybody("portal:invitation", "GET", 404),
    everybody("portal:accept-invitation", "POST", 404),
    own("portal:join", "POST", 404),
    own("portal:resend-invitation", "POST", 404, alice=302, ingrid=302),
    own("portal:revoke-invitation", "POST", 404, alice=302, ingrid=302),
    # For platform operators alone (tests/portal/test_support.py).
    own("portal:support", "GET", 403, **dict.fromkeys(OPERATORS, 200)),
    own("portal:start-support", "POST", 403, **dict.fromkeys(OPERATORS, 302)),
    own("portal:msps", "GET", 403, **dict.fromkeys(OPERATORS, 200)),
    own("portal:onboard-msp", "POST", 403, **dict.fromkeys(OPERATORS, 302)),
    act("end-support", *MANAGERS, "olivia"),
    view("tenant-people", *MEMBERS),
    view("msp-powers", *MEMBERS),
    view("standing", *MEMBERS),
    act("invite-administrator", *MANAGERS),
    # Carol is of the MSP's staff, whose tags and roles are the MSP's.
    act("set-tenant-roles", *STAFF_MANAGERS),
    # Peggy asked for looser rules; no glass was broken in this world, and none may be.
    page("approval-rules"),
    act("set-approval-rules", *MANAGERS),
    act("decide-approval-rules", *APPROVERS),
    act("cancel-approval-rules", *MANAGERS),
    act("break-glass", *APPROVERS),
    page("break-glass-accounts"),
    act("name-break-glass-account", *MANAGERS),
    act("forget-break-glass-account", *MANAGERS),
    of_contoso("review-glass", "POST", 404, *OF_CONTOSO),
    act("comment", *TAKERS, *APPROVERS),
    act("set-tags", *STAFF_MANAGERS),
    of_contoso("remove-administrator", "POST", 404, *MANAGERS),
    overview("portal:audit"),
    # North's targets: for whoever manages all of North. An address that is none is refused.
    msp_page("push-targets", *STAFF_MANAGERS),
    of_north("push-targets", "POST", 400, *STAFF_MANAGERS),
    on_msp("change-push-target"),
    msp_page("notification-routes", *STAFF_MANAGERS),
    of_north("notification-routes", "POST", 400, *STAFF_MANAGERS),
    msp_page("notification-route", *STAFF_MANAGERS),
    of_north("notification-route", "POST", 400, *STAFF_MANAGERS),
    on_msp("change-notification-route"),
    # A record of Contoso's: for those who may read its trail.
    own("portal:audit-record", "GET", 404, **dict.fromkeys(AUDITORS, 200)),
    own("portal:export-audit", "POST", 403, **dict.fromkeys((*MANAGERS, "mallory"), 200)),
    # Who may read the trail: approvers and Tenant Managers.
    view("tenant-audit", *AUDITORS),
    view("tenant-audit-record", *AUDITORS),
    of_contoso("export-tenant-audit", "POST", 200, *MANAGERS),
    page("tenant"),
    page("coverage"),
    page("connection"),
    overview("portal:search"),
    page("explore"),
    page("where-used"),
    page("object"),
    page("object-json"),
    page("object-versions"),
    page("object-links"),
    page("snapshots"),
    page("verifications"),
    page("snapshot"),
    page("reports"),
    page("report"),
    page("change"),
    page("plan"),
    page("request"),
    page("run"),
    page("skipping"),
    page("job"),
    act("capture", *TAKERS),
    act("capture-before-change", *TAKERS),
    # Schedule and retention. What is to be decided there, Peggy asked for, who is in no column.
    page("retention"),
    page("preview-retention"),
    act("set-schedule", *MANAGERS),
    act("set-blackouts", *MANAGERS),
    act("change-retention", *MANAGERS),
    act("decide-retention", *APPROVERS),
    act("cancel-retention", *MANAGERS),
    act("begin-hold", *MANAGERS),
    act("ask-hold-end", *MANAGERS),
    act("decide-hold", *APPROVERS, *MANAGERS),
    act("pin-snapshot", *MANAGERS),
    act("ask-pin-release", *MANAGERS),
    act("decide-pin", *APPROVERS, *MANAGERS),
    of_north("sweeps", "GET", 200, "alice"),
    of_north("sweep", "GET", 200, "alice"),
    *(
        of_north(route, "POST", 302, "alice")
        for route in ("start-sweep", "put-sweep-forward", "approve-sweep")
    ),
    msp_page("playbooks"),
    msp_page("playbook"),
    *(
        of_north(route, "POST", 302, "alice")
        for route in ("create-playbook", "change-playbook", "remove-playbook")
    ),
    msp_page("keep-templates"),
    msp_page("keep-template"),
    *(
        on_msp(route)
        for route in (
            "create-template",
            "change-template",
            "rename-template",
            "template-for-new",
            "cancel-template",
        )
    ),
    of_north("decide-template", "POST", 302, "alice"),
    act("consent", *MANAGERS),
    act("check-connection", *MANAGERS),
    # Applications are the MSP's, for all its tenants; none waits for its client id here.
    of_contoso("add-writer", "POST", 302, *STAFF_MANAGERS, heidi=404),
    of_contoso("finish-writer", "POST", 404, *MANAGERS),
    act("confirm-shrink", *MANAGERS),
    act("create-report", *ADMINISTRATORS),
    act("recover-objects", *ADMINISTRATORS),
    act("choose-changes", *ADMINISTRATORS),
    view("report-document", *TAKERS),
    view("choose-plan", *ADMINISTRATORS),
    view("choose-native", *ADMINISTRATORS),
    act("create-plan", *ADMINISTRATORS),
    view("settle", *ADMINISTRATORS),
    act("settle-plan", *ADMINISTRATORS),
    act("put-forward", *ADMINISTRATORS),
    act("approve", *APPROVERS),
    act("refuse", *APPROVERS),
    # What Carol asked for: hers to withdraw, or a manager's.
    act("withdraw", "carol", *MANAGERS),
    act("cancel-run", *ADMINISTRATORS, *APPROVERS),
    act("pause-run", *ADMINISTRATORS, *APPROVERS),
    act("resume-run", *ADMINISTRATORS, *APPROVERS),
    act("retry-run", *ADMINISTRATORS, *APPROVERS),
    # Nothing of Microsoft's waits for a sign-in there.
    of_contoso("sign-in-for-run", "GET", 302, *ADMINISTRATORS, *APPROVERS),
    act("skip-step", *ADMINISTRATORS, *APPROVERS),
    page("plan-document"),
    page("run-document"),
    # The world's job makes no document: there is no such file.
    of_contoso("job-document", "GET", 404, *OF_CONTOSO),
    act("undo-run", *ADMINISTRATORS),
    act("enable-policies", *ADMINISTRATORS),
    # The world's report is no undo's: there is no such page.
    of_contoso("undo", "GET", 404, *OF_CONTOSO),
    of_contoso("plan-undo", "POST", 404, *ADMINISTRATORS),
    act("plan-again", *ADMINISTRATORS),
    view("put-elsewhere", *ADMINISTRATORS),
    view("transfers", *ADMINISTRATORS),
    view("transfer", *ADMINISTRATORS),
    # Which tenant it comes from is named in the query; tests/portal/test_transferring.py does so.
    of_contoso("begin-transfer", "GET", 404, *ADMINISTRATORS),
    of_contoso("prepare-transfer", "POST", 404, *ADMINISTRATORS),
    # Carol and Gina may not recover the tenant that it comes from.
    of_contoso("bring-transfer", "POST", 302, *ADMINISTRATORS, carol=404, gina=404),
    of_contoso("keep-as-drill", "POST", 302, *ADMINISTRATORS, carol=404, gina=404),
    page("drills"),
    page("drill"),
    page("drill-evidence"),
    act("start-drill", *ADMINISTRATORS),
    act("cancel-drill", *ADMINISTRATORS),
    act("set-drill-schedule", *MANAGERS),
    act("undo-now", *ADMINISTRATORS),
    view("passwords", *ADMINISTRATORS),
    of_contoso("show-password", "POST", 200, *ADMINISTRATORS),
    act("cancel-job", *TAKERS),
)


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named address of the URLconf with the names of its parts."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield namespace + entry.name, tuple(entry.pattern.regex.groupindex)


# The API's own table is tests/api/test_permissions.py.
PARTS = {name: parts for name, parts in routes(get_resolver()) if not name.startswith("api:")}


def address(world: World, route: str) -> str:
    return reverse(route, kwargs={part: world.ids[part] for part in PARTS[route]})


def form(world: World) -> dict[str, object]:
    """One form that has what any of the acts needs."""
    return {
        "base": world.base.seq,
        "target": world.target.seq,
        "scope": "changes",
        "change": ["1"],
        "reason": "because",
        "digest": world.waiting.plan.digest_hex,
        "collection": "user",
        "text": "looks right to me",
        "theme": "dark",
        "user": world.cast.bob.pk,
    }


@pytest.fixture(scope="module")
def people(made_world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, User]:
    with django_db_blocker.unblock():
        return make_callers(made_world)


def client_of(people: dict[str, User], caller: str) -> Client:
    return Client() if caller == "anonymous" else signed_in(people[caller])


def status_of(
    world: World, ids: dict[str, object], client: Client, row: Row, before: Fingerprint
) -> tuple[int, bool]:
    """What the address answers, and whether anything changed; undone afterwards."""
    with transaction.atomic():
        with written_tables() as written:
            to = reverse(row.route, kwargs={part: ids[part] for part in PARTS[row.route]})
            answer = client.get(to) if row.method == "GET" else post_form(client, to, form(world))
        changed = changed_by(written, before)
        transaction.set_rollback(True)
    return answer.status_code, bool(changed)


def test_every_route_is_in_the_table() -> None:
    assert set(PARTS) == {row.route for row in MATRIX}


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_gets_what_the_table_says(
    world: World, people: dict[str, User], caller: str
) -> None:
    client = client_of(people, caller)
    wrong, written, ids = {}, set(), world.ids
    before = fingerprint()

    for row in MATRIX:
        if row.route == "account_logout" or row.route == "account_login":
            client = client_of(people, caller)
            before = fingerprint()
        status, changed = status_of(world, ids, client, row, before)
        if status != row.expected[caller]:
            wrong[f"{row.method} {row.route}"] = (status, row.expected[caller])
        denied = status in (403, 404) or caller == "anonymous"
        if changed and (denied or row.method == "GET"):
            written.add(row.route)

    assert wrong == {}
    assert written == set()
    assert changed_tables(before, fingerprint()) == set()


@pytest.mark.parametrize("caller", ["anonymous", "alice"])
def test_an_act_is_no_link_and_a_page_takes_no_form(
    world: World, people: dict[str, User], caller: str
) -> None:
    client = client_of(people, caller)
    both = {row.route for row in MATRIX if row.method == "GET"} & {
        row.route for row in MATRIX if row.method == "POST"
    }
    refused = 302 if caller == "anonymous" else 405
    wrong = {}

    for row in MATRIX:
        if row.route in both or row.route in OPEN:
            continue
        other = client.post if row.method == "GET" else client.get
        status = other(address(world, row.route)).status_code
        if status != refused:
            wrong[row.route] = status

    assert wrong == {}


def test_the_parts_of_another_tenant_do_not_exist_below_ones_own(world: World) -> None:
    """Carol's own tenant in the address does not open what belongs to another."""
    alice = signed_in(world.cast.alice)
    parts = ("report_id", "plan_id", "request_id", "run_id", "job_id", "seq")
    routes_with_parts = [row for row in MATRIX if set(PARTS[row.route]) & set(parts)]
    assert routes_with_parts
    found = set()

    for row in routes_with_parts:
        ids = {**world.ids, "tenant_id": world.cast.fabrikam.pk}
        url = reverse(row.route, kwargs={part: ids[part] for part in PARTS[row.route]})
        before = fingerprint()
        answer = alice.get(url) if row.method == "GET" else post_form(alice, url, form(world))
        if answer.status_code != 404 or fingerprint() != before:
            found.add(row.route)

    assert found == set()
