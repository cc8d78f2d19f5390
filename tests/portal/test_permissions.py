"""One table says what everybody gets at every address; a route that is not in it fails a test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.attacks.fingerprint import Fingerprint, changed_tables, fingerprint
from tests.attacks.watching import worth_comparing, written_tables
from tests.portal.world import World, signed_in

CALLERS = ("anonymous", "alice", "bob", "carol", "dave", "mallory")
SIGN_IN = 302
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
    "portal:consent-callback",
)


@dataclass(frozen=True)
class Row:
    """expected: the status for each of CALLERS, in that order."""

    route: str
    method: str
    expected: tuple[int, int, int, int, int, int]


def everybody(route: str, method: str, status: int, signed_out: int | None = None) -> Row:
    return Row(route, method, (signed_out or status,) + (status,) * 5)


def own(route: str, method: str, status: int) -> Row:
    """Of everybody's own account; whoever is signed out is led to sign in."""
    return everybody(route, method, status, signed_out=SIGN_IN)


def overview(route: str) -> Row:
    """Shows to each what is his, so everybody who is signed in may open it."""
    return Row(route, "GET", (SIGN_IN, 200, 200, 200, 200, 200))


def page(route: str) -> Row:
    """A page of Contoso's: for everybody who has a role there; for Mallory it does not exist."""
    return Row(f"portal:{route}", "GET", (SIGN_IN, 200, 200, 200, 200, 404))


def of_msp(route: str, *allowed: str) -> Row:
    """A page of North's; whoever has no role on the whole MSP does not know of it."""
    statuses = [
        200 if one in allowed else SIGN_IN if one == "anonymous" else 404 for one in CALLERS
    ]
    return Row(f"portal:{route}", "GET", tuple(statuses))  # type: ignore[arg-type]


def on_msp(route: str) -> Row:
    """Changes North's people: for Alice; Bob's role is too weak."""
    return Row(f"portal:{route}", "POST", (SIGN_IN, 302, 403, 404, 404, 404))


def act(route: str, *allowed: str) -> Row:
    """Changes something: for those allowed; 403 for other roles, 404 for Mallory."""
    refused = {"anonymous": SIGN_IN, "mallory": 404}
    statuses = [302 if one in allowed else refused.get(one, 403) for one in CALLERS]
    return Row(f"portal:{route}", "POST", tuple(statuses))  # type: ignore[arg-type]


MATRIX = (
    everybody("healthz", "GET", 200),
    everybody("account_login", "GET", 302, signed_out=200),
    everybody("account_logout", "GET", 200, signed_out=302),
    everybody("account_reset_password", "GET", 302, signed_out=200),
    everybody("account_reset_password", "POST", 302, signed_out=200),
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
    Row("microsoft-prove", "GET", (SIGN_IN, 409, 403, 404, 404, 404)),
    everybody("open-recovery", "GET", 302),
    # The link in this world leads nowhere.
    everybody("recover", "GET", 404),
    everybody("recover", "POST", 404),
    page("tenant-sign-in"),
    act("set-tenant-sign-in", "alice"),
    act("set-mapping", "alice"),
    act("tenant-emergency", "alice"),
    of_msp("msp-sign-in", "alice", "bob"),
    on_msp("set-msp-sign-in"),
    on_msp("msp-emergency"),
    # Bob belongs to the MSP and not to the customer.
    Row("portal:tenant-recovery-link", "POST", (SIGN_IN, 404, 403, 403, 403, 404)),
    Row("portal:msp-recovery-link", "POST", (SIGN_IN, 200, 403, 404, 404, 404)),
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
    Row("portal:revoke-token", "POST", (SIGN_IN, 302, 404, 404, 404, 404)),
    Row("portal:msp-tokens", "GET", (SIGN_IN, 200, 403, 404, 404, 404)),
    Row("portal:revoke-msp-token", "POST", (SIGN_IN, 302, 403, 404, 404, 404)),
    Row("portal:tenant-tokens", "GET", (SIGN_IN, 200, 403, 403, 403, 404)),
    Row("portal:revoke-tenant-token", "POST", (SIGN_IN, 302, 403, 403, 403, 404)),
    everybody("portal:theme", "POST", 302),
    everybody("portal:consent-callback", "GET", 400),
    overview("portal:dashboard"),
    overview("portal:requests"),
    overview("portal:runs"),
    # Adding needs a Tenant Manager of a whole MSP; an empty form is refused as one.
    Row("portal:add-tenant", "GET", (SIGN_IN, 200, 403, 403, 403, 200)),
    Row("portal:add-tenant", "POST", (SIGN_IN, 400, 403, 403, 403, 400)),
    # Who leaves is the managers' to say. There is nothing to agree to, and no certificate yet.
    Row("portal:leaving", "GET", (SIGN_IN, 200, 403, 403, 403, 404)),
    act("begin-leaving", "alice"),
    act("agree-leaving", "alice"),
    act("cancel-leaving", "alice"),
    act("export-tenant", "alice", "carol"),
    act("withdraw-handover", "alice"),
    act("offer-handover", "alice"),
    Row("portal:take-over", "GET", (SIGN_IN, 200, 403, 403, 403, 200)),
    Row("portal:take-over", "POST", (SIGN_IN, 400, 403, 403, 403, 400)),
    overview("portal:certificates"),
    Row("portal:certificate", "GET", (SIGN_IN, 404, 404, 404, 404, 404)),
    overview("portal:people"),
    overview("portal:groups"),
    overview("portal:roles"),
    # Of North's staff: for who has a role on the whole MSP.
    of_msp("staff", "alice", "bob"),
    of_msp("group", "alice", "bob"),
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
    Row("portal:resend-invitation", "POST", (SIGN_IN, 302, 404, 404, 404, 404)),
    Row("portal:revoke-invitation", "POST", (SIGN_IN, 302, 404, 404, 404, 404)),
    # For platform operators alone (tests/portal/test_support.py).
    own("portal:support", "GET", 403),
    own("portal:start-support", "POST", 403),
    own("portal:msps", "GET", 403),
    own("portal:onboard-msp", "POST", 403),
    act("end-support", "alice"),
    page("tenant-people"),
    page("standing"),
    act("invite-administrator", "alice"),
    act("set-tenant-roles", "alice"),
    act("demand-approvals", "alice"),
    act("set-tags", "alice"),
    # Carol is of the MSP, not of the customer.
    Row("portal:remove-administrator", "POST", (SIGN_IN, 404, 403, 403, 403, 404)),
    overview("portal:audit"),
    # North's targets: for whoever manages all of North. An address that is none is refused.
    Row("portal:push-targets", "GET", (SIGN_IN, 200, 403, 404, 404, 404)),
    Row("portal:push-targets", "POST", (SIGN_IN, 400, 403, 404, 404, 404)),
    Row("portal:change-push-target", "POST", (SIGN_IN, 302, 403, 404, 404, 404)),
    # A record of Contoso's: for those who may read its trail.
    Row("portal:audit-record", "GET", (SIGN_IN, 200, 404, 404, 200, 404)),
    Row("portal:export-audit", "POST", (SIGN_IN, 200, 403, 403, 403, 200)),
    # Who may read the trail: approvers and Tenant Managers.
    Row("portal:tenant-audit", "GET", (SIGN_IN, 200, 403, 403, 200, 404)),
    Row("portal:tenant-audit-record", "GET", (SIGN_IN, 200, 403, 403, 200, 404)),
    Row("portal:export-tenant-audit", "POST", (SIGN_IN, 200, 403, 403, 403, 404)),
    page("tenant"),
    page("coverage"),
    page("connection"),
    page("snapshots"),
    page("snapshot"),
    page("reports"),
    page("report"),
    page("change"),
    page("plan"),
    page("request"),
    page("run"),
    page("job"),
    act("capture", "alice", "carol"),
    act("consent", "alice"),
    act("check-connection", "alice"),
    act("confirm-shrink", "alice"),
    act("create-report", "alice", "carol"),
    act("create-plan", "alice", "carol"),
    act("put-forward", "alice", "carol"),
    act("approve", "alice", "dave"),
    act("refuse", "alice", "dave"),
    act("withdraw", "alice", "carol"),
    act("cancel-run", "alice", "carol", "dave"),
    act("cancel-job", "alice", "carol"),
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
        "theme": "dark",
        "user": world.cast.bob.pk,
    }


def client_of(world: World, caller: str) -> Client:
    return Client() if caller == "anonymous" else signed_in(getattr(world.cast, caller))


def status_of(world: World, client: Client, row: Row, before: Fingerprint) -> tuple[int, bool]:
    """What the address answers, and whether anything changed; undone afterwards."""
    with transaction.atomic():
        with written_tables() as written:
            send = client.get if row.method == "GET" else client.post
            answer = send(address(world, row.route), form(world) if row.method == "POST" else None)
        changed = worth_comparing(written) and changed_tables(before, fingerprint())
        transaction.set_rollback(True)
    return answer.status_code, bool(changed)


def test_every_route_is_in_the_table() -> None:
    assert set(PARTS) == {row.route for row in MATRIX}


@pytest.mark.parametrize("caller", CALLERS)
def test_everybody_gets_what_the_table_says(world: World, caller: str) -> None:
    client = client_of(world, caller)
    place = CALLERS.index(caller)
    wrong, written = {}, set()
    before = fingerprint()

    for row in MATRIX:
        if row.route == "account_logout" or row.route == "account_login":
            client = client_of(world, caller)
        status, changed = status_of(world, client, row, before)
        if status != row.expected[place]:
            wrong[f"{row.method} {row.route}"] = (status, row.expected[place])
        denied = status in (403, 404) or caller == "anonymous"
        if changed and (denied or row.method == "GET"):
            written.add(row.route)

    assert wrong == {}
    assert written == set()


@pytest.mark.parametrize("caller", ["anonymous", "alice"])
def test_an_act_is_no_link_and_a_page_takes_no_form(world: World, caller: str) -> None:
    client = client_of(world, caller)
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
        answer = alice.get(url) if row.method == "GET" else alice.post(url, form(world))
        if answer.status_code != 404 or fingerprint() != before:
            found.add(row.route)

    assert found == set()
