"""Tasks side by side on one thread, and how they end together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from apps.entra.client.timing import GraphTime
from apps.recovery.running.crew import Crew, Stopped, Task, Until, all_of


class Wanted(Exception):
    """What a test raises to see it again."""


def nobody_stops() -> None:
    """The work goes on."""


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew(GraphTime(1000.0), nobody_stops, threads=4)
    yield made
    made.close()


def test_a_task_that_waits_holds_up_no_other(crew: Crew) -> None:
    order: list[str] = []

    def slow() -> Task[None]:
        yield Until(crew.time.now() + 30)
        order.append("slow")

    def quick() -> Task[None]:
        order.append((yield crew.submit(lambda: "quick")))

    def both() -> Task[str]:
        first, second = crew.start(slow()), crew.start(quick())
        yield first
        yield second
        return "done"

    assert crew.run(both()) == "done"
    assert order == ["quick", "slow"]


def test_several_tasks_may_wait_for_the_end_of_one(crew: Crew) -> None:
    def work() -> Task[int]:
        return (yield crew.submit(lambda: 7))

    def wait(for_: Future[int]) -> Task[int]:
        return (yield for_)

    def all_of_them() -> Task[int]:
        one = crew.start(work())
        waiting = [crew.start(wait(one)) for _ in range(3)]
        total = 0
        for each in waiting:
            total += yield each
        # What is over already is not waited for.
        return total + (yield one)

    assert crew.run(all_of_them()) == 28


def test_requests_go_on_beside_each_other(crew: Crew) -> None:
    meeting = threading.Barrier(3, timeout=20)

    def work() -> Task[int]:
        return (yield crew.submit(meeting.wait))

    def all_of_them() -> Task[None]:
        yield from all_of([crew.start(work()) for _ in range(3)])

    crew.run(all_of_them())


def test_what_one_raises_ends_all_but_what_is_under_way_is_taken_note_of(crew: Crew) -> None:
    may_answer, noted, never = threading.Event(), [], []

    def under_way() -> Task[None]:
        noted.append((yield crew.submit(lambda: may_answer.wait(20))))
        # Nothing new is begun any more.
        yield crew.submit(lambda: never.append("sent"))

    def sleeping() -> Task[None]:
        yield Until(crew.time.now() + 1e9)
        never.append("woken")

    def failing() -> Task[None]:
        crew.start(under_way())
        crew.start(sleeping())
        yield Until(crew.time.now() + 1)
        may_answer.set()
        raise Wanted

    with pytest.raises(Wanted):
        crew.run(failing())
    assert (noted, never) == ([True], [])
    with pytest.raises(Stopped):
        crew.start(sleeping())


def test_an_answer_that_is_an_error_is_raised_where_it_is_waited_for(crew: Crew) -> None:
    def refuse() -> None:
        raise Wanted

    def work() -> Task[str]:
        try:
            yield crew.submit(refuse)
        except Wanted:
            return "seen"
        return "not seen"

    assert crew.run(work()) == "seen"


def test_whoever_only_waits_is_told_to_stop_all_the_same() -> None:
    def stop() -> None:
        raise Wanted

    crew = Crew(GraphTime(1.0), stop, threads=1)

    def waiting() -> Task[None]:
        yield Until(crew.time.now() + 3600)

    with pytest.raises(Wanted):
        crew.run(waiting())
    crew.close()
