"""What is handed out bit by bit runs in the scope it was asked for in, and leaves none behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from apps.core import scope
from apps.core.scope import ScopeError, no_scope, person, streaming, tenant_scope
from apps.tenants.models import MSP, BackupPolicy, Connection, Tenant
from tests.factories import Cast, make_cast

A, B, SOMEBODY = uuid4(), uuid4(), uuid4()
Seen = tuple[frozenset[UUID] | None, UUID | None] | None


def seen() -> Seen:
    now = scope.current()
    return (now.tenant_ids, scope.current_person()) if now else None


def parts() -> Iterator[Seen]:
    for _ in range(3):
        yield seen()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_every_part_is_made_in_the_scope_of_the_request() -> None:
    with tenant_scope(A), person(SOMEBODY):
        stream = streaming(parts())

    assert list(stream) == [(frozenset({A}), SOMEBODY)] * 3


def test_between_two_parts_there_is_no_scope_of_the_streams() -> None:
    with tenant_scope(A):
        stream = streaming(parts())
    next(stream)
    assert scope.current() is None
    with tenant_scope(B):
        assert next(stream) == (frozenset({A}), None)
        assert seen() == (frozenset({B}), None)


def test_two_downloads_side_by_side_keep_apart() -> None:
    with tenant_scope(A):
        one = streaming(parts())
    with tenant_scope(B):
        other = streaming(parts())
    both = [next(stream) for stream in (one, other, other, one)]
    assert [value[0] for value in both if value] == [{A}, {B}, {B}, {A}]


def test_a_broken_download_leaves_nothing_behind() -> None:
    def breaking() -> Iterator[Seen]:
        yield seen()
        raise OSError("the browser is gone")

    with tenant_scope(A):
        stream = streaming(breaking())
        abandoned = streaming(parts())
    next(stream)
    with pytest.raises(OSError, match="gone"):
        next(stream)
    next(abandoned)
    del abandoned
    assert (scope.current(), scope.current_person()) == (None, None)


def test_a_stream_may_be_read_in_another_thread() -> None:
    found: list[Seen] = []
    with tenant_scope(A), person(SOMEBODY):
        stream = streaming(parts())
    thread = threading.Thread(target=lambda: found.extend([*stream, seen()]))
    thread.start()
    thread.join()
    assert found == [(frozenset({A}), SOMEBODY)] * 3 + [None]


def test_tasks_side_by_side_do_not_see_each_others_scope() -> None:
    async def ask(tenant_id: UUID) -> list[Seen]:
        found = []
        with tenant_scope(tenant_id), person(tenant_id):
            for _ in range(3):
                await asyncio.sleep(0)
                found.append(seen())
        return found

    async def everybody() -> list[list[Seen]]:
        return await asyncio.gather(*(ask(tenant_id) for tenant_id in (A, B)))

    found = asyncio.run(everybody())
    assert found == [[(frozenset({each}), each)] * 3 for each in (A, B)]
    assert seen() is None


def test_no_row_moves_to_another_tenant(cast: Cast) -> None:
    with tenant_scope(cast.contoso.id, cast.tailspin.id):
        for move in (
            lambda: BackupPolicy.objects.update(tenant=cast.tailspin),
            lambda: Connection.objects.update(tenant_id=cast.tailspin.id),
            lambda: BackupPolicy.objects.update_or_create(
                tenant=cast.contoso, defaults={"tenant": cast.tailspin}
            ),
            lambda: BackupPolicy.objects.bulk_update(BackupPolicy.objects.all(), ["tenant"]),
        ):
            with pytest.raises(ScopeError):
                move()


def test_no_row_outside_the_scope_is_made_or_saved(cast: Cast) -> None:
    with tenant_scope(cast.tailspin.id):
        policy = BackupPolicy.objects.get()
    with tenant_scope(cast.contoso.id):
        for make in (
            lambda: BackupPolicy.objects.get_or_create(tenant=cast.tailspin),
            lambda: BackupPolicy.objects.update_or_create(tenant=cast.tailspin, defaults={}),
            policy.save,
        ):
            with pytest.raises(ScopeError):
                make()
    with pytest.raises(ScopeError):
        policy.save()


def test_who_may_do_what_is_asked_on_somebodys_behalf(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        Tenant.objects.count()
    with person(cast.mallory.pk):
        assert list(Tenant.objects.all()) == [cast.tailspin]
        assert list(MSP.objects.all()) == [cast.south]
    with person(cast.dave.pk):
        assert list(Tenant.objects.all()) == [cast.contoso]
        assert list(MSP.objects.all()) == [cast.north]
    with person(cast.carol.pk), tenant_scope(cast.contoso.id):
        assert list(Tenant.objects.all()) == [cast.contoso]
    with no_scope("a test counts"):
        assert Tenant.objects.count() == 3
