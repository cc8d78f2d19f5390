"""Plans of what somebody had a hand in between two moments, as the copied audit log tells it."""

from datetime import datetime, timedelta

from apps.core import clock
from apps.recovery.choices import Action
from apps.recovery.selection import Selection, Touched
from tests.recovery.drawing_board import DrawingBoard, guid, steps

ADA, BOB, EVE, MALLORY, CAROL, STAFF = map(guid, ("ada", "bob", "eve", "mallory", "carol", "staff"))
# Later than the copied log begins, earlier than the next snapshot.
MINUTE = timedelta(minutes=1)


def touched(actor_id: str, since: datetime, until: datetime) -> Selection:
    return Selection(touched=(Touched(actor_id, since, until),))


def test_only_what_the_actor_did_in_the_window_goes_back(board: DrawingBoard) -> None:
    for one in (ADA, BOB, EVE):
        board.source.put("user", one, displayName=one, city="Ulm")
    base = board.capture()
    for one in (ADA, BOB, EVE):
        board.source.put("user", one, city="Nowhere")
    now = clock.now()
    board.acted(MALLORY, now - 3 * MINUTE, "Update", ADA)
    board.acted(MALLORY, now - 1 * MINUTE, "Update", BOB)
    board.acted(CAROL, now - 3 * MINUTE, "Update", EVE)

    plan = board.plan(board.report(base), touched(MALLORY, now - 4 * MINUTE, now - 2 * MINUTE))

    assert [one[:2] for one in steps(plan)] == [(Action.UPDATE, ADA)]


def test_what_a_colleague_changed_again_afterwards_is_his_as_well(board: DrawingBoard) -> None:
    board.source.put("user", ADA, displayName="Ada", city="Ulm")
    base = board.capture()
    board.source.put("user", ADA, city="Nowhere", department="Sales")
    now = clock.now()
    board.acted(MALLORY, now - 3 * MINUTE, "Update", ADA)
    board.acted(CAROL, now - 1 * MINUTE, "Update", ADA)
    report = board.report(base)

    plan = board.plan(report, touched(MALLORY, now - 4 * MINUTE, now - 2 * MINUTE))

    assert report.changes.get().actor_id == CAROL
    assert [one[:2] for one in steps(plan)] == [(Action.UPDATE, ADA)]


def test_an_entry_of_the_second_in_which_the_window_begins_counts(board: DrawingBoard) -> None:
    """The log may write whole seconds: "10:45:10Z" also tells of what was done at 10:45:10.9."""
    board.source.put("user", ADA, displayName="Ada", city="Ulm")
    base = board.capture()
    board.source.put("user", ADA, city="Nowhere")
    now = clock.now()
    second = (now - 3 * MINUTE).replace(microsecond=0)
    board.acted(MALLORY, second, "Update", ADA)
    report = board.report(base)

    plan = board.plan(report, touched(MALLORY, second.replace(microsecond=636_092), now))

    assert [one[:2] for one in steps(plan)] == [(Action.UPDATE, ADA)]


def test_what_he_created_stays_unless_that_was_chosen(board: DrawingBoard) -> None:
    board.source.put("group", STAFF, displayName="Staff", securityEnabled=True)
    base = board.capture()
    board.source.put("user", EVE, displayName="Eve")
    board.source.link("group.members", STAFF, EVE)
    now = clock.now()
    board.acted(MALLORY, now - 3 * MINUTE, "Add", EVE)
    board.acted(MALLORY, now - 2 * MINUTE, "Assign", STAFF, EVE)
    report = board.report(base)
    window = Touched(MALLORY, now - 4 * MINUTE, now)

    stays = board.plan(report, Selection(touched=(window,)))
    goes = board.plan(report, Selection(touched=(window,), remove_created=True))

    assert [one[:2] for one in steps(stays)] == [(Action.LINK_REMOVE, STAFF), (Action.NOTHING, EVE)]
    assert (Action.SOFT_DELETE, EVE) in [one[:2] for one in steps(goes)]
