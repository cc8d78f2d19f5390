"""Several pieces of work side by side on one thread, while requests are under way in others.

Only this thread touches the database: one connection, one scope (ADR 0085). A piece of work is a
generator, a task, that yields what it waits for.
"""

from __future__ import annotations

import heapq
import logging
import queue
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from apps.entra.client.timing import TimeSource

T = TypeVar("T")
logger = logging.getLogger(__name__)

# Real seconds after which somebody who only waits looks whether he is to stop.
LOOK_UP_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Until:
    """What a task yields to go on at a moment of the crew's time."""

    at: float


Waiting = Until | Future[Any]
Task = Generator[Waiting, Any, T]
_Running = tuple[Task[Any], Future[Any]]


class Stopped(Exception):
    """The crew is ending: nothing new is begun."""


def all_of(futures: Iterable[Future[T]]) -> Task[list[T]]:
    """Wait until all of these are over; what each gave."""
    given: list[T] = []
    for future in futures:
        given.append((yield future))  # noqa: PERF401 - a comprehension cannot yield
    return given


class Crew:
    """Runs tasks until the one that it was given is done, and ends all when one of them fails.

    time: what `Until` is counted by. check: raises when the work is to stop; it is called between
    two steps of tasks, at least once a second. threads: how many requests may be under way.
    """

    def __init__(self, time: TimeSource, check: Callable[[], None], *, threads: int) -> None:
        self.time = time
        self._check = check
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="recovery")
        self._over: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._waiting: dict[Future[Any], list[_Running]] = defaultdict(list)
        self._sleeping: list[tuple[float, int, _Running]] = []
        self._ready: deque[tuple[_Running, Future[Any] | None]] = deque()
        self._working: set[Future[Any]] = set()
        self._number = count()
        self._stopped = False

    def run(self, task: Task[T]) -> T:
        """Do a task, and whatever it starts, to the end of the task.

        Raises what any of them raises, and what `check` raises: then answers that are still under
        way are waited for and taken note of, and nothing new is begun.
        """
        wanted = self.start(task)
        try:
            while not wanted.done():
                self._check()
                self._go_on()
        except BaseException:
            self._take_in()
            raise
        return wanted.result()

    def start(self, task: Task[T]) -> Future[T]:
        """Let a task run beside the others; the future is for waiting for its end."""
        if self._stopped:
            task.close()
            raise Stopped
        ended: Future[T] = Future()
        self._ready.append(((task, ended), None))
        return ended

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Have something done in another thread, which must not touch the database."""
        if self._stopped:
            raise Stopped
        future = self._pool.submit(work)
        self._working.add(future)
        return future

    def close(self) -> None:
        """Let go of the threads."""
        self._pool.shutdown()

    def _go_on(self) -> None:
        self._wake()
        if not self._ready:
            self._rest()
        for _ in range(len(self._ready)):
            self._step(*self._ready.popleft())

    def _wake(self) -> None:
        now = self.time.now()
        while self._sleeping and self._sleeping[0][0] <= now:
            self._ready.append((heapq.heappop(self._sleeping)[2], None))
        while not self._over.empty():
            self._hear_of(self._over.get())

    def _rest(self) -> None:
        """Until something is over or due, but no longer than until the next look up."""
        left = LOOK_UP_EVERY
        if self._sleeping:
            left = min(left, (self._sleeping[0][0] - self.time.now()) / self.time.scale)
        try:
            self._hear_of(self._over.get(timeout=max(left, 0.0)))
        except queue.Empty:
            return

    def _hear_of(self, future: Future[Any]) -> None:
        self._working.discard(future)
        self._ready.extend((one, future) for one in self._waiting.pop(future, ()))

    def _step(self, running: _Running, over: Future[Any] | None) -> None:
        """Let one task go on to what it waits for next, or to its end."""
        task, ended = running
        try:
            error = over.exception() if over else None
            if error is not None:
                waits_for = task.throw(error)
            else:
                waits_for = task.send(over.result() if over else None)
        except StopIteration as done:
            ended.add_done_callback(self._over.put)
            ended.set_result(done.value)
            return
        if isinstance(waits_for, Until):
            heapq.heappush(self._sleeping, (waits_for.at, next(self._number), running))
        else:
            first = waits_for not in self._waiting
            self._waiting[waits_for].append(running)
            if first:
                waits_for.add_done_callback(self._over.put)

    def _take_in(self) -> None:
        """Wait for the answers that are under way; what waits for them notes them and ends."""
        self._stopped = True
        for future in list(self._working):
            error = future.exception()
            for task, _ in self._waiting.pop(future, ()):
                try:
                    if error is None:
                        task.send(future.result())
                except (StopIteration, Stopped):
                    continue
                except Exception as trouble:
                    # The first trouble is what is raised; a run that is resumed asks the tenant.
                    logger.warning("not noted while stopping: %s", type(trouble).__name__)
                finally:
                    task.close()
        self._working.clear()
