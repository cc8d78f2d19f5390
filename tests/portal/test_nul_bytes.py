"""What PostgreSQL takes nowhere is refused before anything is asked of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.core.scope import tenant_scope
from apps.tenants.models import TenantTag
from tests.portal.world import World, signed_in


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=a%00b",
        "/audit/?event=%00",
        "/?tag=%00",
        "/invitations/open/a%00b",
        "/?a%00=b",
    ],
)
def test_an_address_with_a_nul_byte_is_a_bad_request(world: World, address: str) -> None:
    answer = signed_in(world.cast.alice).get(address)

    assert answer.status_code == 400
    assert "The request was not understood." in answer.content.decode()


def test_a_field_with_a_nul_byte_changes_nothing(world: World) -> None:
    url = reverse("portal:set-tags", args=[world.tenant.pk])

    answer = signed_in(world.cast.alice).post(url, {"tags": "gold\0"})

    assert answer.status_code == 400
    with tenant_scope(world.tenant.pk):
        assert not TenantTag.objects.filter(tenant=world.tenant).exists()


def test_a_cookie_with_a_nul_byte_is_a_bad_request(world: World) -> None:
    browser = signed_in(world.cast.alice)
    browser.cookies["sessionid"] = "a\0b"

    assert browser.get("/").status_code == 400
