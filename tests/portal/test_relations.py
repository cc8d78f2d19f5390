"""What an object is tied to: both ways, some of each with how many more, what is deleted marked."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.core.scope import tenant_scope
from apps.history.search.indexing import update_index
from apps.history.search.objects import access_object
from apps.portal.relation_graph import SORTS, WIDTH, graph_of
from apps.portal.relations import EACH, Node, Relations, Tie, relations_of
from tests.portal.world import POLICY, World, capture, object_id, signed_in

MEMBERS = 7
MOST_QUERIES = 18


@pytest.fixture
def tied(world: World) -> World:
    """A group with members of whom one is in the bin, named by a policy."""
    with tenant_scope(world.tenant.pk):
        source = world.source
        source.put("group", object_id(1000), displayName="Everybody")
        for number in range(MEMBERS):
            source.put("user", object_id(200 + number), displayName=f"Person {number}")
        members = [object_id(200 + number) for number in range(MEMBERS)]
        for member in members:
            source.link("group.members", object_id(1000), member)
        source.put(
            POLICY, object_id(2000), conditions={"users": {"excludeGroups": [object_id(1000)]}}
        )
        capture(world.tenant, source)
        update_index(world.tenant)
    return world


def ties(world: World, kind: str, number: int) -> Relations:
    with tenant_scope(world.tenant.pk):
        newest = capture(world.tenant, world.source)
        found = access_object(world.tenant, kind, object_id(number), newest.seq)
        return relations_of(world.tenant, newest, found)


def test_links_and_what_names_an_object_are_told_with_counts(tied: World) -> None:
    of_group, of_policy = ties(tied, "group", 1000), ties(tied, POLICY, 2000)

    (members,) = of_group.away
    assert (len(members.nodes), members.total, members.others) == (EACH, MEMBERS, MEMBERS - EACH)
    assert [(one.words, one.nodes[0].label) for one in of_group.to] == [
        ("Named in: Conditional Access policy", "Require MFA")
    ]
    assert [(one.words, one.nodes[0].label) for one in of_policy.away] == [
        ("Names: exclude groups", "Everybody")
    ]


def test_what_is_deleted_is_marked_and_what_nobody_knows_is_no_link(tied: World) -> None:
    with tenant_scope(tied.tenant.pk):
        tied.source.hard_delete("group", object_id(1000))
        excluded = {"users": {"excludeGroups": [object_id(1000), object_id(1001)]}}
        tied.source.put(POLICY, object_id(2000), conditions=excluded)

    (named,) = ties(tied, POLICY, 2000).away

    assert [(node.kind, node.is_deleted) for node in named.nodes] == [("group", True), ("", True)]


def test_the_page_draws_and_lists_the_same_in_few_queries(tied: World) -> None:
    url = reverse("portal:object", args=[tied.tenant.pk, "group", object_id(1000)])
    client = signed_in(tied.cast.alice)
    client.get(url)  # the look is recorded, and what every page needs is known

    with CaptureQueriesContext(connection) as ran:
        page = client.get(url).content.decode()

    asked = [one["sql"][:100] for one in ran if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= MOST_QUERIES, asked
    drawing, _, listed = page.partition("</svg>")
    for part in (drawing.partition("<svg")[2], listed):
        assert "Person 0" in part
        assert "Require MFA" in part
        assert f"and {MEMBERS - EACH}" in part


def tie(members: int, more: int) -> Tie:
    nodes = (Node("user", str(number), f"Person {number}", None) for number in range(members))
    return Tie("a", "A", tuple(nodes), members + more)


ties_of_a_side = st.lists(
    st.builds(tie, st.integers(1, EACH), st.integers(0, 3)), max_size=SORTS + 2
)


@given(to=ties_of_a_side, away=ties_of_a_side)
def test_nothing_in_the_drawing_overlaps_or_falls_out(to: list[Tie], away: list[Tie]) -> None:
    graph = graph_of(Relations(tuple(to), tuple(away)), "somebody")

    boxes = [graph.middle, *(box for bundle in graph.bundles for box in bundle.boxes)]
    assert graph.left_out == max(0, len(to) - SORTS) + max(0, len(away) - SORTS)
    assert all(0 <= box.x <= box.x + box.width <= WIDTH for box in boxes)
    assert all(0 <= box.y <= box.y + box.height <= graph.height for box in boxes)
    for left in (True, False):
        column = sorted(box.y for box in boxes[1:] if (box.x == 0) is left)
        assert all(below - above >= 26 for above, below in pairwise(column))
