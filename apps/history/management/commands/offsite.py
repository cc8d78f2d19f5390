"""Off-site stores and what lies in them, from the console."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from apps.access import rights
from apps.access.console import Console, ConsoleCommand, ExitCode, find_tenant
from apps.core.errors import Invalid, NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.history.choices import StoreLock
from apps.history.management.commands.restore_installation import credentials_of_environment
from apps.history.models import OffsiteCopy, OffsiteStore
from apps.history.offsite import credentials, manifests, opening, selectors, services
from apps.history.offsite.reading_back import Checked, check_copy
from apps.tenants.choices import PROVED_STATES
from apps.tenants.models import MSP, Tenant

SAMPLE = 5


class Command(ConsoleCommand):
    help = (
        "Set up off-site stores, ship to them, and check what lies there. Credentials come as JSON "
        "in HOLDFAST_OFFSITE_CREDENTIALS or from a file by HOLDFAST_OFFSITE_CREDENTIALS_FILE."
    )
    needs_person = False

    def arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("stores", help="list the stores")
        actions.add_parser("status", help="how far every copy reaches, and what is wrong")
        add = actions.add_parser("add-store", help="set up a store")
        add.add_argument("name")
        add.add_argument("address", help="s3://…, azure://… or file:///…")
        add.add_argument("--region", required=True, help="a word of your own, like eu")
        add.add_argument("--lock", choices=StoreLock.values, default=StoreLock.COMPLIANCE.value)
        add.add_argument("--lock-days", type=int, default=0)
        add.add_argument("--msp", default="", help="only for tenants of this MSP, by name")
        add.add_argument("--installation", action="store_true", help="takes its own bundle too")
        change = actions.add_parser(
            "change-store", help="other credentials, a longer lock, on, off"
        )
        change.add_argument("name")
        change.add_argument("--lock-days", type=int)
        change.add_argument("--credentials", action="store_true", help="take the new ones")
        change.add_argument("--enable", dest="enabled", action="store_true", default=None)
        change.add_argument("--disable", dest="enabled", action="store_false")
        for name, words in (
            ("ship", "ship now, in this process"),
            ("verify", "read what lies there"),
        ):
            one = actions.add_parser(name, help=words)
            one.add_argument("--tenant", default="", help="id, Entra tenant id or domain; else all")
            one.add_argument("--store", default="", help="only this one, by name")
            if name == "ship":
                one.add_argument("--anew", action="store_true", help="as if nothing were there")
            else:
                one.add_argument("--full", action="store_true", help="every file, not a sample")

    def act(self, console: Console) -> int | None:
        action = console.options["action"].replace("-", "_")
        found: int | None = getattr(self, f"_{action}")(console)
        return found

    def _stores(self, console: Console) -> None:
        stores = credentials.all_stores()
        fields = ("name", "region", "address", "lock", "lock_days", "enabled", "protection")
        console.answer([{field: getattr(one, field) for field in fields} for one in stores])
        console.table(
            ("store", "region", "of", "where", "lock", "says of itself"),
            [
                (
                    one.name if one.enabled else f"{one.name} (off)",
                    one.region,
                    one.msp.name if one.msp else "everybody",
                    one.address,
                    f"{one.get_lock_display()}, {one.lock_days} days",
                    one.problem or one.protection,
                )
                for one in stores
            ],
        )

    def _status(self, console: Console) -> int | None:
        with no_scope("the operator looks at every copy"):
            copies = list(OffsiteCopy.objects.select_related("tenant", "store").order_by("tenant"))
        rows = [
            (
                one.tenant_id or "the installation",
                one.store.name,
                one.through_seq,
                one.shipped_at,
                one.locked_until,
                one.read_back_at,
                one.problem,
            )
            for one in copies
        ]
        names = ("of", "store", "through", "shipped", "locked_until", "read_back", "problem")
        console.answer([dict(zip(names, map(str, row), strict=True)) for row in rows])
        console.table(names, rows)
        return ExitCode.FAILED if any(one.problem for one in copies) else None

    def _add_store(self, console: Console) -> None:
        options = console.options
        store = services.add_store(
            actor=console.actor,
            name=options["name"],
            region=options["region"],
            address=options["address"],
            credentials=_given(options["address"]),
            lock=options["lock"],
            lock_days=options["lock_days"],
            msp=_msp(options["msp"]),
            takes_installation=options["installation"],
        )
        console.answer({"id": store.pk, "protection": store.protection})
        console.say(f"{store.name} is set up. {store.protection}")

    def _change_store(self, console: Console) -> None:
        store = services.find_store(console.options["name"])
        services.change_store(
            actor=console.actor,
            store=store,
            enabled=console.options["enabled"],
            lock_days=console.options["lock_days"],
            credentials=_given(store.address) if console.options["credentials"] else None,
        )
        console.answer({"id": store.pk, "protection": store.protection})
        console.say(f"{store.name} is changed. {store.protection}")

    def _ship(self, console: Console) -> None:
        for tenant in _tenants(console, rights.TAKE_BACKUPS):
            for store in _only(console, selectors.stores_for(tenant)):
                copy = services.ship_tenant(
                    tenant=tenant, store=store, whole=True, anew=console.options["anew"]
                )
                console.say(
                    f"{tenant.name}: {store.name} has it up to snapshot {copy.through_seq}."
                )
        if not console.options["tenant"]:
            for store in _only(console, selectors.stores_of_installation()):
                services.ship_installation(store=store, anew=console.options["anew"])
                console.say(f"The installation: {store.name} has it.")
        console.answer({"shipped": True})

    def _verify(self, console: Console) -> int | None:
        said = []
        for what, store, checked in _checked(console):
            said.append({"of": what, "store": store, "problems": checked.problems})
            console.say(f"{what} in {store}: {checked.files} files read, {checked.size} bytes.")
            for problem in checked.problems:
                console.say(f"  ! {problem}")
        console.answer(said)
        return ExitCode.FAILED if any(one["problems"] for one in said) else None


def _checked(console: Console) -> Iterator[tuple[str, str, Checked]]:
    sample = None if console.options["full"] else SAMPLE
    tenants = _tenants(console, rights.VIEW_BACKUPS)
    for tenant in tenants:
        with tenant_scope(tenant.pk):
            copies = OffsiteCopy.objects.filter(tenant=tenant).exclude(manifest=None)
            found = list(copies)
        for store, copy in _with_stores(console, found):
            with tenant_scope(tenant.pk):
                target = opening.tenant_target(store, tenant)
                manifest = manifests.from_values(copy.manifest or {})
                yield tenant.name, store.name, check_copy(target, manifest, sample)
    if console.options["tenant"]:
        return
    with no_scope("the installation's own copies"):
        found = list(OffsiteCopy.objects.filter(tenant=None).exclude(manifest=None))
    for store, copy in _with_stores(console, found):
        target = opening.installation_target(store)
        manifest = manifests.from_values(copy.manifest or {})
        yield "The installation", store.name, check_copy(target, manifest, sample)


def _with_stores(
    console: Console, copies: list[OffsiteCopy]
) -> Iterator[tuple[OffsiteStore, OffsiteCopy]]:
    stores = {one.pk: one for one in _only(console, credentials.all_stores())}
    for copy in copies:
        if copy.store_id in stores:
            yield stores[copy.store_id], copy


def _tenants(console: Console, right: str) -> list[Tenant]:
    if wanted := console.options["tenant"]:
        tenant = find_tenant(console.person, wanted, right)
        rights.require(console.actor, right, tenant)
        return [tenant]
    with no_scope("every tenant is shipped or checked"):
        found = Tenant.objects.filter(state__in=PROVED_STATES).select_related("msp")
        return list(found.order_by("name"))


def _only(console: Console, stores: list[OffsiteStore]) -> list[OffsiteStore]:
    wanted = console.options["store"]
    return [one for one in stores if not wanted or one.name == wanted]


def _msp(name: str) -> MSP | None:
    if not name:
        return None
    with no_scope("a store is set up for an MSP"):
        found = MSP.objects.filter(name=name).first()
    if found is None:
        raise NotFound("There is no MSP of this name.", code="no-such-msp")
    return found


def _given(address: str) -> dict[str, str]:
    given: dict[str, dict[str, str]] = credentials_of_environment()
    fitting: list[Any] = [start for start in given if address.startswith(start)]
    if not fitting:
        raise Invalid("The credentials are for another address.", code="offsite-credentials")
    return given[max(fitting, key=len)]
