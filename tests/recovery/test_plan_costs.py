"""What a plan costs the database: as many queries for many steps as for few."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.history.models import Snapshot
from apps.recovery import selectors
from apps.recovery.models import Plan, Step
from apps.recovery.planning.fingerprint import stored_digest
from apps.recovery.selection import Selection
from tests.recovery.drawing_board import DrawingBoard, guid

GROUP = guid("group")


def people(board: DrawingBoard, number: int) -> Snapshot:
    """So many people who all moved, and who all came into a group since."""
    board.source.put("group", GROUP, displayName="News", securityEnabled=True)
    for one in range(number):
        board.source.put("user", guid(f"user-{one}"), displayName=f"User {one}", city="Ulm")
    base = board.capture()
    for one in range(number):
        board.source.put("user", guid(f"user-{one}"), city="Delft")
        board.source.link("group.members", GROUP, guid(f"user-{one}"))
    return base


def planned(board: DrawingBoard, number: int) -> tuple[Plan, int, int]:
    """A plan, the queries that making it takes, and those of its first page."""
    report = board.report(people(board, number))
    with CaptureQueriesContext(connection) as making:
        plan = board.plan(report, Selection(everything=True))
    with CaptureQueriesContext(connection) as reading:
        kept = selectors.access_plan(board.tenant, plan.pk)
        selectors.step_views(kept, selectors.steps(kept))
    return plan, len(making), len(reading)


def test_queries_do_not_grow_with_the_steps(board: DrawingBoard) -> None:
    few, making_few, reading_few = planned(board, 2)
    many, making_many, reading_many = planned(board, 60)

    assert Step.objects.filter(plan=few).count() == 4
    assert Step.objects.filter(plan=many).count() > 60
    assert making_many == making_few
    assert reading_many == reading_few <= 8
    assert stored_digest(many) == bytes(many.digest)
