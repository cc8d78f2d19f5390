"""Filters that follow references, and the MSP's own playbooks."""

import pytest

from apps.access.models import User
from apps.audit.models import AuditRecord
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope, person
from apps.recovery.models import Playbook
from apps.recovery.playbooks.filters import Filter
from apps.recovery.playbooks.selectors import access_playbook, filter_of, offered
from apps.recovery.playbooks.services import remove_playbook, save_playbook
from apps.recovery.selection import Selection
from tests.factories import actor_of, make_cast
from tests.recovery.drawing_board import DrawingBoard, guid, steps

POLICY, STAFF, OTHERS, ADA, BOB = map(guid, ("policy", "staff", "others", "ada", "bob"))
APP, APP_ID, PRINCIPAL, GRAPH, GRANT, OTHER_GRANT = map(
    guid, ("app", "app-id", "principal", "graph", "grant", "other-grant")
)


def touched_by(board: DrawingBoard, base: object, key: str, *object_ids: str) -> set[str]:
    """The objects that a plan with a playbook of the house is about."""
    wanted = filter_of(board.tenant.msp_id, key, object_ids)
    plan = board.plan(board.report(base), Selection(playbook=wanted))  # type: ignore[arg-type]
    assert Selection.from_json(plan.selection).playbook == wanted
    return {object_id for _, object_id, _ in steps(plan)}


def test_conditional_access_takes_along_what_it_refers_to(board: DrawingBoard) -> None:
    for one in (STAFF, OTHERS):
        board.source.put("group", one, displayName=one, securityEnabled=True)
    for one in (ADA, BOB):
        board.source.put("user", one, displayName=one, city="Ulm")
    board.source.link("group.members", STAFF, ADA)
    users = {"includeUsers": ["All"], "excludeGroups": [STAFF]}
    board.source.put(
        "conditionalAccessPolicy",
        POLICY,
        displayName="Second factor",
        state="disabled",
        conditions={"users": users, "applications": {"includeApplications": ["All"]}},
    )
    base = board.capture()
    board.source.put("group", STAFF, description="changed")
    board.source.put("group", OTHERS, description="changed")
    board.source.link("group.members", STAFF, ADA, present=False)
    for one in (ADA, BOB):
        board.source.put("user", one, city="Nowhere")
    # The policy does not name the group any more: it did, and that counts.
    users = {"includeUsers": ["All"], "excludeGroups": []}
    board.source.put(
        "conditionalAccessPolicy",
        POLICY,
        conditions={"users": users, "applications": {"includeApplications": ["All"]}},
    )

    assert touched_by(board, base, "conditional-access") == {POLICY, STAFF}


def test_an_application_takes_along_its_principal_and_what_hangs_on_that(
    board: DrawingBoard,
) -> None:
    board.source.put("application", APP, appId=APP_ID, displayName="Payroll")
    board.source.put("servicePrincipal", PRINCIPAL, appId=APP_ID, displayName="Payroll")
    board.source.put("servicePrincipal", GRAPH, appId=guid("graph-app"), displayName="Graph")
    for grant, client in ((GRANT, PRINCIPAL), (OTHER_GRANT, GRAPH)):
        board.source.put(
            "oauth2PermissionGrant",
            grant,
            clientId=client,
            resourceId=GRAPH,
            consentType="AllPrincipals",
            scope="User.Read",
        )
    base = board.capture()
    board.source.put("application", APP, displayName="Payday")
    board.source.put("servicePrincipal", GRAPH, displayName="Grave")
    for grant in (GRANT, OTHER_GRANT):
        board.source.put("oauth2PermissionGrant", grant, scope="User.Read Mail.Send")

    assert touched_by(board, base, "application", APP) == {APP, GRANT}


def test_a_playbook_that_asks_for_an_object_gets_one(board: DrawingBoard) -> None:
    with pytest.raises(Invalid):
        filter_of(board.tenant.msp_id, "application")
    with pytest.raises(Invalid):
        filter_of(board.tenant.msp_id, "conditional-access", [APP])
    with pytest.raises(NotFound):
        filter_of(board.tenant.msp_id, "no-such-thing")


GROUPS = Filter(name="", kinds=frozenset({"group"}))


def test_an_msp_keeps_playbooks_of_its_own(db: None) -> None:
    cast = make_cast()
    alice = actor_of(cast.alice)

    with person(cast.alice.pk):
        made = save_playbook(actor=alice, msp=cast.north, name=" Our  groups ", wanted=GROUPS)
        with pytest.raises(Conflict):
            save_playbook(actor=alice, msp=cast.north, name="Our groups", wanted=GROUPS)
        renamed = save_playbook(
            actor=alice, msp=cast.north, name="Teams", wanted=GROUPS, playbook=made
        )
        assert [one.name for one in offered(cast.north.pk) if not one.is_builtin] == ["Teams"]
        remove_playbook(actor=alice, playbook=renamed)
        assert not Playbook.objects.exists()

    with no_scope("a test reads the trail"):
        events = AuditRecord.objects.filter(event__startswith="playbook.").order_by("number")
        assert [one.event for one in events] == [
            "playbook.saved",
            "playbook.changed",
            "playbook.removed",
        ]


@pytest.mark.parametrize(
    ("who", "refusal"), [("bob", NotAllowed), ("carol", NotFound), ("mallory", NotFound)]
)
def test_only_who_may_recover_for_the_whole_msp_saves_playbooks(
    db: None, who: str, refusal: type[Exception]
) -> None:
    cast = make_cast()
    caller: User = getattr(cast, who)

    with person(caller.pk), pytest.raises(refusal):
        save_playbook(actor=actor_of(caller), msp=cast.north, name="Groups", wanted=GROUPS)

    with no_scope("a test counts"):
        assert not Playbook.objects.exists()


def test_another_msps_playbook_does_not_exist(db: None) -> None:
    cast = make_cast()
    with person(cast.alice.pk):
        made = save_playbook(
            actor=actor_of(cast.alice), msp=cast.north, name="Groups", wanted=GROUPS
        )

    with person(cast.mallory.pk), pytest.raises(NotFound):
        access_playbook(cast.south, made.pk)
    with person(cast.mallory.pk), pytest.raises(NotFound):
        filter_of(cast.north.pk, str(made.pk))
