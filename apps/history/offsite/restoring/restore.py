"""Bringing an installation back: first itself, then each tenant, then what the rows do not hold.

Each part is put in by a transaction of its own that also notes it, so a restoration that was killed
goes on where it was. The workers rest from the first row on until a person lets them begin.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

from django.db import transaction

from apps.core import clock
from apps.core.errors import HoldfastError, Unavailable
from apps.core.scope import no_scope
from apps.history.models import OffsiteKey, OffsiteRegion, OffsiteRestoration, OffsiteStore
from apps.history.offsite import credentials, finding
from apps.history.offsite.manifests import Manifest
from apps.history.offsite.reading_back import check_files
from apps.history.offsite.restoring import afterwards, emptiness
from apps.history.offsite.restoring.loading import Loaded, load
from apps.history.offsite.restoring.report import Report, TenantReport
from apps.history.offsite.restoring.sources import Source, find_installation, find_tenant
from apps.history.offsite.selectors import region_of
from apps.history.offsite.stores import Store
from apps.jobs.models import Pause
from apps.tenants.choices import TenantState
from apps.tenants.models import MSP, Tenant, TenantKey

Tell = Callable[[str], None]
_WHY_PAUSED = "The installation was brought back from its off-site copies; a person looks first."


def restore_installation(
    store: Store, *, others: list[Store], tell: Tell, sample: int | None = None
) -> Report:
    """Bring everything back into this database, which must be empty, or go on doing so.

    store: has the installation's own bundle. others: stores to look for tenants in besides those
    that the installation knows. sample: how many files of each tenant are read beforehand.
    Raises Conflict for a database that is not empty, NotFound, KeyProblem, StoreUnavailable,
    StoreRefused, DamagedBundle when the installation's own bundle is damaged.
    """
    source = find_installation(store)
    restoration = _begin(store, source)
    with no_scope("an installation is brought back"):
        report = _report(store, source, dry_run=False)
        _restore_installation(restoration, source, report, tell)
        for tenant, tenant_source, said in _tenants(store, others, report):
            tell(f"Restoring {said.name}")
            if tenant_source is not None:
                _restore_tenant(restoration, tenant, tenant_source, said)
        afterwards.finish(restoration, report, tell)
    return report


def look_only(store: Store, *, others: list[Store], tell: Tell) -> Report:
    """What restoring would bring, every file read and nothing written. Raises as the above.

    The stores that the installation knows are not asked: their credentials are in its bundle.
    """
    source = find_installation(store)
    report = _report(store, source, dry_run=True)
    report.problems += check_files(source.target, source.found.manifest.files(), None).problems
    for tenant_id in sorted(
        {found for one in (store, *others) for found in finding.tenants_in(one)}
    ):
        searched = find_tenant([store, *others], UUID(tenant_id))
        said = TenantReport(tenant_id, "", problems=list(searched.problems))
        report.tenants.append(said)
        if searched.source is None:
            said.outcome = "lost"
            continue
        _describe(said, searched.source)
        tell(f"Reading {said.name}")
        target, manifest = searched.source.target, searched.source.found.manifest
        said.problems += check_files(target, manifest.files(), None).problems
        said.outcome = "readable"
    return report


def _begin(store: Store, source: Source) -> OffsiteRestoration:
    name = source.found.entry.name
    unfinished = OffsiteRestoration.objects.filter(finished_at=None, manifest=name).first()
    if unfinished is not None:
        return unfinished
    emptiness.require_empty()
    with transaction.atomic():
        Pause.objects.get_or_create(pk=1, defaults={"reason": _WHY_PAUSED})
        return OffsiteRestoration.objects.create(address=store.address, manifest=name)


def _report(store: Store, source: Source, *, dry_run: bool) -> Report:
    manifest, damaged = source.found.manifest, source.found.damaged
    report = Report(store.address, manifest.made_at, dry_run)
    report.rows = sum(sum(ref.tables.values()) for ref in manifest.files())
    report.problems = [f"{name} does not open; an older bundle was taken." for name in damaged]
    return report


def _restore_installation(
    restoration: OffsiteRestoration, source: Source, report: Report, tell: Tell
) -> None:
    if "installation" in restoration.done:
        return
    tell("Restoring the installation itself")
    loaded = Loaded()
    with transaction.atomic():
        key = source.key
        OffsiteKey.objects.create(pk=UUID(key.id), wrapped=key.wrapped, created_at=key.created_at)
        load(source.target, list(source.found.manifest.files()), loaded)
        _note(restoration, "installation")
    report.problems += _left_out(loaded)


def _tenants(
    store: Store, others: list[Store], report: Report
) -> Iterator[tuple[Tenant, Source | None, TenantReport]]:
    """Every tenant that the installation knows or a store has, with its bundle if there is one."""
    stores = [store, *others, *_known_stores((store, *others), report)]
    known = {str(tenant.pk) for tenant in Tenant.objects.all()}
    found = {tenant_id for one in stores for tenant_id in _tenants_in(one, report)}
    for tenant_id in sorted(known | found):
        searched = find_tenant(stores, UUID(tenant_id))
        tenant = Tenant.objects.filter(pk=tenant_id).first()
        if tenant is None and searched.source is None:
            report.problems.append(f"Of the tenant {tenant_id} there are bundles that do not open.")
            continue
        tenant = tenant or _unknown_tenant(searched.source)
        said = TenantReport(tenant_id, tenant.name, problems=list(searched.problems))
        report.tenants.append(said)
        if searched.source is None:
            said.outcome = "erased" if tenant.state == TenantState.REMOVED else "lost"
        yield tenant, searched.source, said


def _known_stores(given: tuple[Store, ...], report: Report) -> list[Store]:
    """The stores of the installation itself, now that it is back."""
    found = []
    already = [one.address for one in given]
    for row in OffsiteStore.objects.exclude(address__in=already).order_by("name"):
        try:
            found.append(credentials.store_of(row))
        except HoldfastError as error:
            report.problems.append(f"{row.name}: {error.message}")
    return found


def _tenants_in(store: Store, report: Report) -> set[str]:
    try:
        return finding.tenants_in(store)
    except HoldfastError as error:
        report.problems.append(error.message)
        return set()


def _unknown_tenant(source: Source | None) -> Tenant:
    """A tenant that was shipped before the installation's bundle knew it; it is suspended."""
    assert source is not None  # noqa: S101 - the caller has looked
    about = source.found.manifest.about
    msp, _ = MSP.objects.get_or_create(
        pk=UUID(about["msp"]["id"]), defaults={"name": about["msp"]["name"]}
    )
    said = about["tenant"]
    return Tenant.objects.create(
        pk=UUID(said["id"]),
        msp=msp,
        name=said["name"],
        domain=said["domain"],
        cloud=said["cloud"],
        entra_id=UUID(said["entra_id"]) if said["entra_id"] else None,
        state=TenantState.SUSPENDED,
    )


def _restore_tenant(
    restoration: OffsiteRestoration, tenant: Tenant, source: Source, said: TenantReport
) -> None:
    _describe(said, source)
    target, manifest, loaded = source.target, source.found.manifest, Loaded()
    try:
        _load_tenant(restoration, tenant, source, loaded)
    except Unavailable:
        raise  # nothing is wrong with the bundle: it goes on from here when the store answers
    except HoldfastError as error:
        said.outcome = "partly"
        said.problems.append(error.message)
    said.rows = sum(sum(ref.tables.values()) for ref in manifest.files())
    said.left_out, said.people_unknown = dict(loaded.left_out), loaded.people
    said.problems += _left_out(loaded)
    said.store = target.store.address


def _load_tenant(
    restoration: OffsiteRestoration, tenant: Tenant, source: Source, loaded: Loaded
) -> None:
    manifest, place = source.found.manifest, f"{tenant.pk}:{source.found.manifest.bundle}"
    with _once(restoration, f"{place}:key") as due:
        if due:
            TenantKey.objects.create(
                tenant=tenant, wrapped=source.key.wrapped, created_at=source.key.created_at
            )
            keep_region(tenant, manifest)
    with _once(restoration, f"{place}:first") as due:
        if due:
            load(source.target, manifest.first, loaded)
    # A part is a transaction: versions are taken only from the one that wrote their snapshot.
    for part in manifest.log:
        with _once(restoration, f"{place}:log:{part.high}") as due:
            if due:
                load(source.target, part.files, loaded)
    with _once(restoration, f"{place}:state") as due:
        if due:
            load(source.target, manifest.state, loaded)


def keep_region(tenant: Tenant, manifest: Manifest) -> None:
    """See to it that the tenant goes on being shipped where its bundle was allowed to lie.

    The region may have been chosen after the installation's own bundle was shipped.
    """
    region = str(manifest.about["region"])
    if region != region_of(tenant):
        OffsiteRegion.objects.update_or_create(
            tenant=tenant, defaults={"region": region, "chosen_at": clock.now()}
        )


class _once:  # noqa: N801 - reads as a word of the with statement
    """A transaction for something that is noted when it is done; False when it was done before."""

    def __init__(self, restoration: OffsiteRestoration, what: str) -> None:
        self._restoration, self._what = restoration, what
        self._atomic = transaction.atomic()

    def __enter__(self) -> bool:
        self._due = self._what not in self._restoration.done
        self._atomic.__enter__()
        return self._due

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None and self._due:
            _note(self._restoration, self._what)
        self._atomic.__exit__(type(error) if error else None, error, None)


def _note(restoration: OffsiteRestoration, what: str) -> None:
    restoration.done = [*restoration.done, what]
    restoration.save(update_fields=["done"])


def _describe(said: TenantReport, source: Source) -> None:
    manifest: Manifest = source.found.manifest
    said.name = said.name or manifest.about["tenant"]["name"]
    said.seq, said.made_at = manifest.seq, manifest.made_at
    said.store = source.target.store.address


def _left_out(loaded: Loaded) -> list[str]:
    return [
        f"{number} rows of {label} refer to what is in no bundle and were left out."
        for label, number in sorted(loaded.left_out.items())
    ]
