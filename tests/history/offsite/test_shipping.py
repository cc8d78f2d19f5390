"""What is shipped when, what stops it, and what an erasure reaches."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, Invalid, NotAllowed
from apps.core.scope import no_scope
from apps.history.models import OffsiteCopy, OffsiteKeyCopy, OffsiteStore
from apps.history.offsite import (
    erasing,
    finding,
    jobs,
    key_copies,
    manifests,
    opening,
    selectors,
    services,
)
from apps.history.offsite.errors import DamagedBundle, NotLocked, StoreUnavailable
from apps.history.offsite.reading_back import check_files
from apps.history.offsite.restoring import restore
from apps.history.offsite.restoring.sources import find_tenant
from apps.history.offsite.stores import open_store
from apps.history.offsite.stores.folder import FolderStore
from apps.history.offsite.targets import Target
from apps.history.offsite.telling import tell_of
from apps.jobs.models import Job
from apps.tenants.models import Tenant, TenantKey
from tests.factories import actor_of, make_msp, make_operator, make_user
from tests.history.conftest import Capture
from tests.history.offsite.conftest import CREDENTIALS, S3
from tests.history.sources import MemorySource

AddStore = Callable[..., OffsiteStore]


@pytest.fixture(autouse=True)
def region(settings: Settings) -> None:
    settings.HOLDFAST_REGION = "eu"


@pytest.fixture
def in_folder(folder: str) -> OffsiteStore:
    return services.add_store(
        actor=SYSTEM, name="Vault", region="eu", address=folder, credentials={}, lock="none"
    )


def _in_bucket(s3: S3, bucket: str, **options: Any) -> OffsiteStore:
    values = {"name": "Frankfurt", "region": "eu", "lock_days": 30, **options}
    return services.add_store(
        actor=SYSTEM, address=s3.address(bucket), credentials=CREDENTIALS, **values
    )


def _change(source: MemorySource, capture: Capture, name: str) -> None:
    source.put("user", "u1", displayName=name)
    capture()


def test_only_what_is_new_is_shipped_and_the_manifest_comes_last(
    tenant: Tenant, source: MemorySource, capture: Capture, in_folder: OffsiteStore
) -> None:
    _change(source, capture, "one")
    first = services.ship_tenant(tenant=tenant, store=in_folder)
    before = _files(in_folder)
    _change(source, capture, "two")
    second = services.ship_tenant(tenant=tenant, store=in_folder)

    assert (first.through_seq, second.through_seq) == (1, 2)
    added = {name.rpartition("/")[2] for name in _files(in_folder) - before}
    assert added == {"00000.hfb", "manifest.hfb"}
    found = finding.newest_manifest(opening.tenant_target(in_folder, tenant))
    assert found is not None
    assert found.manifest.number == 2
    assert [(part.low, part.high) for part in found.manifest.log] == [(0, 1), (1, 2)]


def test_killed_in_the_middle_it_goes_on_and_nothing_half_counts(
    tenant: Tenant,
    source: MemorySource,
    capture: Capture,
    in_folder: OffsiteStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _change(source, capture, "one")
    put = Target.put

    def dies_at_the_manifest(self: Target, name: str, chunk: Any) -> Any:
        if name.endswith("manifest.hfb"):
            raise StoreUnavailable("the store", "gone")
        return put(self, name, chunk)

    monkeypatch.setattr(Target, "put", dies_at_the_manifest)
    with pytest.raises(StoreUnavailable):
        services.ship_tenant(tenant=tenant, store=in_folder)
    assert finding.newest_manifest(opening.tenant_target(in_folder, tenant)) is None
    copy = OffsiteCopy.objects.get(tenant=tenant)
    assert (copy.through_seq, copy.problem_code) == (0, "offsite-unavailable")

    monkeypatch.undo()
    copy = services.ship_tenant(tenant=tenant, store=in_folder)
    assert (copy.through_seq, copy.problem_code) == (1, "")


def test_a_bucket_that_does_not_lock_is_refused_and_never_shipped_to_unlocked(
    tenant: Tenant, source: MemorySource, capture: Capture, s3: S3
) -> None:
    with pytest.raises(NotLocked):
        _in_bucket(s3, s3.bucket(lock=False))
    bucket = s3.bucket()
    store = _in_bucket(s3, bucket)
    _change(source, capture, "one")
    copy = services.ship_tenant(tenant=tenant, store=store)
    assert copy.locked_until is not None
    assert copy.locked_until > clock.now() + timedelta(days=29)

    # the bucket is replaced by one of the same name without a lock, behind our back
    s3.client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    make_user("Ingrid", tenant.msp, "tenant-manager")
    make_operator("Olivia")
    _change(source, capture, "two")
    with pytest.raises(NotLocked, match="suspended"):
        services.ship_tenant(tenant=tenant, store=store)
    copy.refresh_from_db()
    assert (copy.through_seq, copy.problem_code) == (1, "offsite-not-locked")
    assert tell_of(copy) == 2
    assert tell_of(copy) == 0


def test_every_object_has_the_lock_that_was_asked_for(
    tenant: Tenant, source: MemorySource, capture: Capture, s3: S3, settings: Settings
) -> None:
    settings.HOLDFAST_OFFSITE_KEY_LOCK_DAYS = 7
    bucket = s3.bucket()
    store = _in_bucket(s3, bucket, lock_days=90)
    _change(source, capture, "one")
    services.ship_tenant(tenant=tenant, store=store)

    opened = open_store(s3.address(bucket), CREDENTIALS)
    now = clock.now() - timedelta(hours=1)
    days = {
        "keys" if "/keys/" in entry.name else "bundles": (lock.until - now).days
        for entry in opened.versions("v1/")
        if (lock := opened.lock_of(entry.name, entry.version)) and lock.mode == "compliance"
    }
    assert days == {"bundles": 90, "keys": 7}


def test_locks_of_what_is_still_needed_are_renewed(
    tenant: Tenant, source: MemorySource, capture: Capture, s3: S3
) -> None:
    store = _in_bucket(s3, s3.bucket(), lock_days=20)
    _change(source, capture, "one")
    services.ship_tenant(tenant=tenant, store=store)
    with clock.frozen(clock.now() + timedelta(days=15)):
        copy = services.ship_tenant(tenant=tenant, store=store, whole=True)
        soonest = min(_untils(copy))
    assert soonest > clock.now() + timedelta(days=34)


def _untils(copy: OffsiteCopy) -> list[Any]:
    manifest = copy.manifest or {}
    files = [file for part in manifest["log"] for file in part["files"]]
    return [clock.datetime.fromisoformat(file["until"]) for file in (*files, *manifest["state"])]


def test_a_deleted_or_overwritten_object_is_found_again_where_versions_are_kept(
    tenant: Tenant, source: MemorySource, capture: Capture, s3: S3
) -> None:
    bucket = s3.bucket()
    store = _in_bucket(s3, bucket)
    _change(source, capture, "one")
    services.ship_tenant(tenant=tenant, store=store)
    for key in s3.keys(bucket):
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"theirs")
        s3.client.delete_object(Bucket=bucket, Key=key)

    searched = find_tenant([open_store(s3.address(bucket), CREDENTIALS)], tenant.pk)

    assert searched.source is not None
    manifest = searched.source.found.manifest
    assert manifest.seq == 1
    assert check_files(searched.source.target, manifest.files(), None).problems == ()


def test_verifying_names_what_was_changed_in_the_store(
    tenant: Tenant, source: MemorySource, capture: Capture, in_folder: OffsiteStore
) -> None:
    _change(source, capture, "one")
    services.ship_tenant(tenant=tenant, store=in_folder)
    target = opening.tenant_target(in_folder, tenant)
    found = finding.newest_manifest(target)
    assert found is not None
    files = list(found.manifest.files())
    path = _path(in_folder) / files[0].name
    path.write_bytes(path.read_bytes()[:-1])

    problems = check_files(target, files, None).problems

    assert len(problems) == 1
    assert files[0].name in problems[0]
    (_path(in_folder) / found.entry.name).write_bytes(b"")
    with pytest.raises(DamagedBundle):
        finding.newest_manifest(target)


def test_a_tenant_is_shipped_to_stores_of_its_region_alone(
    tenant: Tenant, source: MemorySource, capture: Capture, in_folder: OffsiteStore
) -> None:
    ingrid = make_user("Ingrid", tenant.msp, "tenant-manager")
    bob = make_user("Bob", tenant.msp, "backup-reader")
    _change(source, capture, "one")
    services.ship_tenant(tenant=tenant, store=in_folder)

    with pytest.raises(NotAllowed):
        services.choose_region(actor=actor_of(bob), tenant=tenant, region="ch")
    with pytest.raises(Invalid):
        services.choose_region(actor=actor_of(ingrid), tenant=tenant, region="Somewhere else")
    services.choose_region(actor=actor_of(ingrid), tenant=tenant, region="ch")

    with pytest.raises(Conflict):
        services.ship_tenant(tenant=tenant, store=in_folder)
    said = selectors.offsite_of(tenant)
    assert "no off-site store in the region ch" in said.problem
    assert [one.store for one in said.earlier] == [in_folder]
    assert said.current == []


def test_a_restored_tenant_stays_in_the_region_of_its_bundle(
    tenant: Tenant, source: MemorySource, capture: Capture, in_folder: OffsiteStore
) -> None:
    _change(source, capture, "one")
    copy = services.ship_tenant(tenant=tenant, store=in_folder)
    manifest = manifests.from_values(copy.manifest or {})

    restore.keep_region(tenant, manifest)
    assert selectors.offsite_of(tenant).is_default
    elsewhere = replace(manifest, about={**manifest.about, "region": "ch"})
    restore.keep_region(tenant, elsewhere)
    assert selectors.region_of(tenant) == "ch"


def test_a_store_of_an_msp_takes_no_tenant_of_another(
    tenant: Tenant, folder: str, in_folder: OffsiteStore
) -> None:
    with no_scope("another MSP"):
        in_folder.msp = make_msp("South")
        in_folder.save()
    assert selectors.stores_for(tenant) == []


def test_a_seal_has_it_shipped_a_few_minutes_later(
    tenant: Tenant, source: MemorySource, in_folder: OffsiteStore
) -> None:
    jobs.ship_sealed(tenant_id=tenant.pk)
    jobs.ship_sealed(tenant_id=tenant.pk)

    waiting = Job.objects.filter(kind="offsite-ship", tenant=tenant)
    assert waiting.count() == 1
    assert waiting.get().run_after > clock.now() + timedelta(minutes=4)


def test_an_erasure_makes_the_copies_unreadable_as_soon_as_the_lock_of_the_key_ends(
    tenant: Tenant, source: MemorySource, capture: Capture, s3: S3
) -> None:
    bucket = s3.bucket()
    store = _in_bucket(s3, bucket)
    _change(source, capture, "one")
    services.ship_tenant(tenant=tenant, store=store)
    (said,) = erasing.lies_offsite(tenant)
    assert (said["store"], said["snapshots_up_to"]) == ("Frankfurt", 1)
    assert said["key_removed_after"] <= said["locked_until"]

    TenantKey.objects.filter(tenant=tenant).delete()
    assert jobs.destroy_keys() == 0  # still locked
    OffsiteKeyCopy.objects.update(locked_until=clock.now())
    _unlock(s3, bucket)
    assert jobs.destroy_keys() == 1

    stores = [open_store(s3.address(bucket), CREDENTIALS)]
    assert find_tenant(stores, tenant.pk).source is None
    assert list(key_copies.copies_in(stores[0], opening.Subject("tenant", tenant.pk))) == []


def _unlock(s3: S3, bucket: str) -> None:
    """Time passes: the lock of the key ends."""
    for found in s3.client.list_object_versions(Bucket=bucket)["Versions"]:
        if "/keys/" in found["Key"]:
            s3.client.put_object_retention(
                Bucket=bucket,
                Key=found["Key"],
                VersionId=found["VersionId"],
                Retention={"Mode": "GOVERNANCE", "RetainUntilDate": clock.now()},
                BypassGovernanceRetention=True,
            )


def test_credentials_are_sealed_and_shown_nowhere(tenant: Tenant, s3: S3) -> None:
    store = _in_bucket(s3, s3.bucket())
    kept = json.dumps([str(value) for value in store.__dict__.values()])
    assert CREDENTIALS["secret_access_key"] not in bytes(store.sealed_credentials).decode("latin1")
    assert "secret_access_key" not in kept


def _path(store: OffsiteStore) -> Any:
    opened = opening.credentials.store_of(store)
    assert isinstance(opened, FolderStore)
    return opened._path


def _files(store: OffsiteStore) -> set[str]:
    return {entry.name for entry in opening.credentials.store_of(store).versions("")}
