"""The page of an MSP's off-site stores: who sees what, and what an MSP may name."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope
from apps.history.choices import StoreLock
from apps.history.models import OffsiteStore
from apps.history.offsite import services
from apps.history.offsite.credentials import open_credentials
from tests.history.offsite.conftest import CREDENTIALS, S3, s3
from tests.portal.world import World, signed_in

__all__ = ["s3"]


def page_of(world: World) -> str:
    return reverse("portal:msp-stores", args=[world.cast.north.pk])


def change_of(world: World, store: OffsiteStore) -> str:
    return reverse("portal:change-msp-store", args=[world.cast.north.pk, store.pk])


def form(address: str, **other: Any) -> dict[str, Any]:
    return {
        "name": "Vault of ours",
        "region": "eu",
        "address": address,
        "lock": "compliance",
        "lock_days": "30",
        **CREDENTIALS,
        **other,
    }


def stores(name: str = "Vault of ours") -> list[OffsiteStore]:
    with no_scope("a test looks at stores"):
        return list(OffsiteStore.objects.filter(name=name))


@pytest.fixture
def alice(world: World) -> Client:
    return signed_in(world.cast.alice)


def test_a_store_is_asked_for_its_lock_before_it_is_taken(
    world: World, alice: Client, s3: S3, settings: Any
) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.0/8"]
    unlocked, locked = s3.address(s3.bucket(lock=False)), s3.address(s3.bucket())

    refused = alice.post(page_of(world), form(unlocked))
    taken = alice.post(page_of(world), form(locked), follow=True)

    assert refused.status_code == 400
    assert "does not lock what is written to it" in refused.content.decode()
    (store,) = stores()
    assert (store.msp_id, store.by_msp, store.lock_days) == (world.cast.north.pk, True, 30)
    assert open_credentials(store)["access_key_id"] == "holdfast"
    assert "The bucket has Object Lock" in taken.content.decode()


def test_a_store_is_tried_locked_longer_and_switched_off(
    world: World, alice: Client, s3: S3, settings: Any
) -> None:
    settings.HOLDFAST_PUSH_INTERNAL = ["127.0.0.0/8"]
    alice.post(page_of(world), form(s3.address(s3.bucket())))
    (store,) = stores()
    address = change_of(world, store)

    asked = alice.post(address, {"what": "test"}, follow=True)
    shorter = alice.post(address, {"what": "lock", "lock_days": "5"}, follow=True)
    alice.post(address, {"what": "lock", "lock_days": "60"})
    alice.post(address, {"what": "disable"})

    assert "The bucket has Object Lock" in asked.content.decode()
    assert "A lock is never made shorter" in shorter.content.decode()
    (store,) = stores()
    assert (store.lock_days, store.enabled) == (60, False)


@pytest.mark.parametrize(
    "address",
    [
        "file:///var/lib/holdfast",
        "s3://bucket/a?endpoint=https://127.0.0.1:9000",
        "s3://bucket/a?endpoint=https://169.254.169.254",
        "s3://bucket/a?endpoint=http://1.1.1.1",
        "s3://bucket/a?endpoint=https://[::ffff:10.0.0.1]",
        "s3://bucket/a?region=x.evil.test/",
        "azure://account:80/container",
    ],
)
def test_an_msp_names_no_place_in_the_house(world: World, alice: Client, address: str) -> None:
    answer = alice.post(page_of(world), form(address, account_key="key"))

    assert answer.status_code == 400
    assert not stores()


def test_a_store_without_credentials_is_not_opened_with_the_machines_own(
    world: World, alice: Client
) -> None:
    nothing = dict.fromkeys(CREDENTIALS, "")

    answer = alice.post(page_of(world), form("s3://bucket/a", **nothing))

    assert answer.status_code == 400
    assert "credentials of the store are missing" in answer.content.decode()


def test_a_store_that_leads_inside_later_is_not_opened(world: World, alice: Client) -> None:
    with no_scope("a test moves a store"):
        OffsiteStore.objects.filter(pk=world.store.pk).update(
            address="s3://north-vault/holdfast?endpoint=https://127.0.0.1:9000"
        )

    answer = alice.post(change_of(world, world.store), {"what": "test"}, follow=True)

    assert "leads into an internal network" in answer.content.decode()


def test_what_is_kept_of_a_store_is_not_shown(world: World, alice: Client) -> None:
    shown = alice.get(page_of(world)).content.decode()

    assert "North&#x27;s vault" in shown
    assert "s3://north-vault/holdfast" in shown
    assert "script&gt;" not in shown


def test_the_operators_store_shows_no_address_and_is_not_the_msps_to_change(
    world: World, alice: Client, tmp_path: Any, settings: Any
) -> None:
    settings.HOLDFAST_REGION = "eu"
    store = services.add_store(
        actor=SYSTEM,
        name="Cellar",
        region="eu",
        address=tmp_path.as_uri(),
        credentials={},
        lock=StoreLock.NONE,
    )

    shown = alice.get(page_of(world)).content.decode()
    answer = alice.post(change_of(world, store), {"what": "disable"})

    assert "Cellar" in shown
    assert str(tmp_path) not in shown
    assert answer.status_code == 404
    assert stores("Cellar")[0].enabled
