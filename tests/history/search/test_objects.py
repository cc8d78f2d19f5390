"""One object in time, its links, where it is used, and a search over many tenants."""

from __future__ import annotations

import pytest

from apps.core.actor import SYSTEM
from apps.core.errors import NotFound
from apps.core.scope import ScopeError, no_scope, tenant_scope
from apps.history import services
from apps.history.models import SearchLeaf
from apps.history.search.across import search_tenants
from apps.history.search.finding import search_objects
from apps.history.search.indexing import indexed_up_to, update_index
from apps.history.search.listing import list_objects
from apps.history.search.objects import access_object, links_of, versions_of
from apps.history.search.uses import ids_of, used_by
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.conftest import Capture
from tests.history.sources import MemorySource

APP, APP_ID = "0a000000-0000-4000-8000-000000000001", "0b000000-0000-4000-8000-000000000002"
ADA = "0c000000-0000-4000-8000-000000000003"


@pytest.fixture
def history(tenant: Tenant, source: MemorySource, capture: Capture) -> None:
    """1: Ada, four groups, a policy for her and an application. 2: renamed. 3: binned. 4: gone."""
    source.put("user", ADA, displayName="Ada", userPrincipalName="ada@contoso.com")
    source.put("user", "u2", displayName="Grace")
    for number in range(4):
        source.put("group", f"g{number}", displayName=f"Group {number}")
        source.link("group.members", f"g{number}", ADA)
    source.put("application", APP, displayName="Payroll", appId=APP_ID)
    users = {"includeUsers": [ADA, "All"], "excludeUsers": []}
    conditions = {"users": users, "applications": {"includeApplications": [APP_ID]}}
    source.put("conditionalAccessPolicy", "p1", displayName="Lock", conditions=conditions)
    capture()
    source.put("user", ADA, displayName="Ada King")
    capture()
    source.soft_delete("user", ADA)
    capture()
    source.hard_delete("user", ADA)
    capture()


@pytest.mark.usefixtures("history")
def test_an_object_is_read_as_it_was_at_any_snapshot(tenant: Tenant) -> None:
    seen = [access_object(tenant, "user", ADA, seq) for seq in (1, 2, 3, 4)]

    assert [(one.label, str(one.state)) for one in seen] == [
        ("Ada", "present"),
        ("Ada King", "present"),
        ("Ada King", "soft-deleted"),
        ("Ada King", "hard-deleted"),
    ]
    assert [one.snapshot.seq for one in seen if one.snapshot] == [1, 2, 3, 4]


@pytest.mark.usefixtures("history")
def test_what_came_later_is_told_from_what_never_was(
    tenant: Tenant, source: MemorySource, capture: Capture
) -> None:
    source.put("user", "u9", displayName="Late")
    capture()

    with pytest.raises(NotFound) as later:
        access_object(tenant, "user", "u9", 1)
    with pytest.raises(NotFound) as never:
        access_object(tenant, "user", "nobody", 5)
    with pytest.raises(NotFound) as kind:
        access_object(tenant, "spaceship", "u9", 5)

    codes = [error.value.code for error in (later, never, kind)]
    assert codes == ["not-known-yet", "no-such-object", "no-such-kind"]


@pytest.mark.usefixtures("history")
def test_versions_come_newest_first_and_page_by_page(tenant: Tenant) -> None:
    first = versions_of(tenant, "user", ADA, limit=2)
    rest = versions_of(tenant, "user", ADA, before=first.before or 0, limit=2)

    assert [one.seq for one in first.versions] == [4, 3]
    assert first.earlier is not None
    assert first.earlier.seq == 2
    assert [one.seq for one in rest.versions] == [2, 1]
    assert (rest.before, rest.earlier) == (None, None)


@pytest.mark.usefixtures("history")
def test_links_are_found_from_both_ends_at_any_snapshot(tenant: Tenant) -> None:
    first = links_of(tenant, "user", ADA, 1, outgoing=False, limit=3)
    rest = links_of(tenant, "user", ADA, 1, outgoing=False, after=first.after, limit=3)

    assert [end.object_id for end in (*first.links, *rest.links)] == ["g0", "g1", "g2", "g3"]
    assert rest.after is None
    assert links_of(tenant, "group", "g1", 2, outgoing=True).links == [("group.members", ADA)]
    assert links_of(tenant, "group", "g1", 3, outgoing=True).links == []


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("indexed", [False, True])
def test_where_an_id_is_used_is_found_in_bodies(tenant: Tenant, *, indexed: bool) -> None:
    if indexed:
        update_index(tenant)
    application = access_object(tenant, "application", APP, 1)

    of_ada = used_by(tenant, 2, [ADA]).uses
    of_app = used_by(tenant, 1, ids_of(APP, application.body)).uses

    assert [(use.object.label, use.paths) for use in of_ada] == [
        ("Lock", ("conditions.users.includeUsers[]",))
    ]
    assert [(use.object.label, use.paths) for use in of_app] == [
        ("Lock", ("conditions.applications.includeApplications[]",))
    ]
    assert used_by(tenant, 4, ["All"]).uses == []


@pytest.mark.usefixtures("history")
def test_few_objects_are_listed_by_name(tenant: Tenant) -> None:
    first = list_objects(tenant, 1, kinds=["group", "user"], limit=4, expected=6)
    rest = list_objects(
        tenant, 1, kinds=["group", "user"], limit=4, expected=6, after=first.page.after
    )

    names = [found.label for found in (*first.page.objects, *rest.page.objects)]
    assert names == ["Ada", "Grace", "Group 0", "Group 1", "Group 2", "Group 3"]
    assert rest.page.after is None


@pytest.mark.usefixtures("history")
def test_names_lie_nowhere_in_the_clear(tenant: Tenant) -> None:
    update_index(tenant)

    kept = b"".join(bytes(leaf.content) + bytes(leaf.bitmap) for leaf in SearchLeaf.objects.all())

    assert indexed_up_to(tenant) == 4
    assert b"Ada" not in kept
    assert b"contoso" not in kept


@pytest.mark.usefixtures("history")
def test_an_index_made_anew_is_the_same(tenant: Tenant) -> None:
    update_index(tenant)
    before = search_objects(tenant, 4, "a", limit=100).objects

    update_index(tenant, anew=True)

    assert search_objects(tenant, 4, "a", limit=100).objects == before


def test_a_search_over_tenants_stays_in_the_scope_of_each_and_says_where_it_stopped(
    db: None,
) -> None:
    msp = make_msp()
    tenants = [make_tenant(msp, f"Customer {number}") for number in range(3)]
    for tenant in tenants:
        source = MemorySource()
        source.put("user", "u1", displayName=f"Ada of {tenant.name}")
        # Called by her name as well, and by the order of the kinds before her.
        source.put("appRoleAssignment", "a1", principalDisplayName="Ada", principalId="u1")
        with tenant_scope(tenant.pk):
            services.capture(actor=SYSTEM, tenant=tenant, source=source)

    with tenant_scope(*(tenant.pk for tenant in tenants)):
        first = search_tenants(tenants, "ada", seconds=0)
        rest = search_tenants(tenants, "ada", after=first.after)
    with tenant_scope(tenants[0].pk), pytest.raises(ScopeError):
        search_tenants(tenants, "ada")

    assert (first.searched, first.after) == (1, tenants[0].pk)
    found = [one.page.objects[0].label for one in (*first.finds, *rest.finds)]
    assert found == [f"Ada of Customer {number}" for number in range(3)]
    with no_scope("what the search left"):
        assert not SearchLeaf.objects.exists()
