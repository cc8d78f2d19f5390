"""Every request has an id that it cannot choose."""

from __future__ import annotations

from uuid import UUID

from django.test import Client

from apps.audit.middleware import HEADER
from apps.core.actor import Limits


def test_every_answer_names_its_request() -> None:
    ids = {Client().get("/healthz")[HEADER] for _ in range(3)}
    assert len(ids) == 3
    assert all(len(one) == 32 for one in ids)


def test_the_id_of_a_request_is_taken_from_no_header() -> None:
    answer = Client().get("/healthz", headers={"X-Request-ID": "somebody-elses"})
    assert answer[HEADER] != "somebody-elses"


def test_limits_narrow_and_never_widen() -> None:
    one, other = UUID(int=1), UUID(int=2)
    assert Limits().allow("view_backups", one)
    assert Limits(tenant_ids=frozenset({one})).allow("view_backups", one)
    assert not Limits(tenant_ids=frozenset({one})).allow("view_backups", other)
    assert not Limits(rights=frozenset()).allow("view_backups")
