"""How Graph wants things written, as plans have it: step before step, and request by request."""

from apps.recovery import reasons
from apps.recovery.choices import Action
from apps.recovery.models import Step
from apps.recovery.selection import Selection
from tests.recovery.drawing_board import DrawingBoard, guid, request, steps

APP, SCOPE, PLACE, ADA, POLICY = map(guid, ("app", "scope", "place", "ada", "policy"))


def test_a_scope_that_came_since_is_switched_off_and_then_taken_out(board: DrawingBoard) -> None:
    board.source.put("application", APP, displayName="Payroll", api={"oauth2PermissionScopes": []})
    base = board.capture()
    scope = {"id": SCOPE, "value": "read", "isEnabled": True, "type": "User"}
    board.source.put("application", APP, api={"oauth2PermissionScopes": [scope]})

    plan = board.plan(board.report(base))

    prepare, update = Step.objects.filter(plan=plan).order_by("order")
    assert (prepare.action, prepare.reason) == (Action.PREPARE, reasons.DISABLE_FIRST)
    sent = prepare.unseal()["request"]["body"]["api"]["oauth2PermissionScopes"]
    assert [one["isEnabled"] for one in sent] == [False]
    # The next wave begins when the one before it has been read back.
    assert update.wave > prepare.wave
    assert update.depends_on == [prepare.order]


def test_a_trusted_place_loses_its_trust_before_it_goes(board: DrawingBoard) -> None:
    base = board.capture()
    board.source.put(
        "namedLocation",
        PLACE,
        **{"@odata.type": "#microsoft.graph.ipNamedLocation"},
        displayName="Office",
        isTrusted=True,
        ipRanges=[],
    )

    plan = board.plan(board.report(base), Selection(everything=True, remove_created=True))

    prepare, removal = Step.objects.filter(plan=plan).order_by("order")
    assert (prepare.action, prepare.reason) == (Action.PREPARE, reasons.UNTRUST_FIRST)
    assert prepare.unseal()["request"]["body"]["isTrusted"] is False
    assert removal.depends_on == [prepare.order]


def test_what_wants_a_request_of_its_own_gets_one(board: DrawingBoard) -> None:
    board.source.put("user", ADA, displayName="Ada", city="Ulm", perUserMfaState="enforced")
    base = board.capture()
    board.source.put("user", ADA, city="Nowhere", perUserMfaState="disabled")

    plan = board.plan(board.report(base))

    assert sorted(tuple(one.attributes) for one in Step.objects.filter(plan=plan)) == [
        ("city",),
        ("perUserMfaState",),
    ]


def test_what_was_put_into_a_policy_is_taken_out_by_an_explicit_null(board: DrawingBoard) -> None:
    conditions = {
        "users": {"includeUsers": ["All"]},
        "applications": {"includeApplications": ["All"]},
    }
    board.source.put(
        "conditionalAccessPolicy",
        POLICY,
        displayName="Second factor",
        state="disabled",
        conditions=conditions,
    )
    base = board.capture()
    places = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    board.source.put(
        "conditionalAccessPolicy", POLICY, conditions={**conditions, "locations": places}
    )

    plan = board.plan(board.report(base))

    assert request(plan, POLICY)["conditions"]["locations"] is None


def test_two_silent_steps_of_one_object_are_both_there(board: DrawingBoard) -> None:
    lost = {"createdDateTime": "2020-01-01T00:00:00Z", "externalUserState": "Accepted"}
    board.source.put("user", ADA, displayName="Ada", city="Ulm", **lost)
    base = board.capture()
    board.source.put("user", ADA, city="Delft", createdDateTime="2021-01-01T00:00:00Z")
    board.source.put("user", ADA, externalUserState="PendingAcceptance")

    plan = board.plan(board.report(base))

    silent = [one for one in steps(plan) if one[0] == Action.NOT_RECOVERABLE]
    assert len(silent) == 2
