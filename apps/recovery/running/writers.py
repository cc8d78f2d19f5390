"""Who sends: the tenant's writer applications for writes, and readers for looking.

Graph's write limit is per application and tenant, so writes go to whichever application may send
first (https://learn.microsoft.com/graph/throttling-limits). Each has several connections, because
one answer at a time would not fill its allowance.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from apps.entra.catalogue import Lane
from apps.entra.catalogue.model import Version
from apps.entra.client import BatchItem, GraphClient, GraphResponse
from apps.entra.client.timing import TimeSource
from apps.recovery.running.crew import Crew, Task, Until

T = TypeVar("T")

# Requests of one application that are under way at a moment.
AT_ONCE = 4
READERS = 3
# One request a second is allowed, whoever asks: more than one under way gains nothing.
ALONE = Lane.CONDITIONAL_ACCESS


@dataclass
class Line:
    """Those who wait until a client is given back, the first one first."""

    _waiting: deque[Future[None]] = field(default_factory=deque)

    def join(self) -> Future[None]:
        """Over as soon as it is one's turn to look again."""
        waits: Future[None] = Future()
        self._waiting.append(waits)
        return waits

    def next(self) -> None:
        if self._waiting:
            self._waiting.popleft().set_result(None)


@dataclass
class Connections:
    """Some clients that take turns; whoever finds none idle waits in line."""

    crew: Crew
    idle: deque[GraphClient]
    line: Line = field(default_factory=Line)

    @classmethod
    def of(
        cls, crew: Crew, client: GraphClient, number: int, line: Line | None = None
    ) -> Connections:
        return cls(crew, deque(client.twin() for _ in range(number)), line or Line())

    def give_back(self, client: GraphClient) -> None:
        self.idle.append(client)
        self.line.next()

    def close(self) -> None:
        """Once nothing is under way any more."""
        for client in self.idle:
            client.close()

    def use(self, work: Callable[[GraphClient], T]) -> Task[T]:
        """Do something with a client in another thread, as soon as one is idle."""
        while not self.idle:
            yield self.line.join()
        client = self.idle.popleft()
        try:
            result: T = yield self.crew.submit(lambda: work(client))
        finally:
            self.give_back(client)
        return result


@dataclass(eq=False)
class Writer:
    """One application."""

    client: GraphClient
    connections: Connections
    policies: Connections

    def of(self, lane: Lane) -> Connections:
        return self.policies if lane is ALONE else self.connections


@dataclass
class Turn:
    """Leave to send one batch through one application."""

    writer: Writer
    connections: Connections
    client: GraphClient

    def send(
        self, items: Sequence[BatchItem], *, version: Version, lane: Lane
    ) -> Task[list[GraphResponse]]:
        """See GraphClient.batch."""
        crew = self.connections.crew
        answers: list[GraphResponse] = yield crew.submit(
            lambda: self.client.batch(items, version=version, lane=lane)
        )
        return answers

    def end(self) -> None:
        self.connections.give_back(self.client)


class Writers:
    """All applications that may write in the tenant."""

    def __init__(self, crew: Crew, clients: Sequence[GraphClient]) -> None:
        self._crew = crew
        # Conditional Access has one request a second for all applications together.
        policies = Connections.of(crew, clients[0], 1)
        line = Line()
        self._writers = [
            Writer(client, Connections.of(crew, client, AT_ONCE, line), policies)
            for client in clients
        ]

    def __len__(self) -> int:
        return len(self._writers)

    def turn(self, lane: Lane, requests: int) -> Task[Turn]:
        """Wait until some application has room for so many writes."""
        while True:
            free = [one for one in self._writers if one.of(lane).idle]
            if not free:
                yield self._writers[0].of(lane).line.join()
                continue
            writer = min(free, key=lambda one: self._rank(one, lane, requests))
            wait = writer.client.wait_for(lane, requests)
            if wait <= 0 or lane is ALONE:
                connections = writer.of(lane)
                return Turn(writer, connections, connections.idle.popleft())
            time = self._crew.time
            yield Until(time.now() + wait * time.scale)

    def drop(self, writer: Writer) -> bool:
        """Go on without an application that may not write any more; False when it is the last."""
        if writer in self._writers and len(self._writers) > 1:
            self._writers.remove(writer)
            if self._writers[0].policies is writer.policies:
                policies = Connections.of(self._crew, self._writers[0].client, 1)
                for one in self._writers:
                    one.policies = policies
            return True
        return writer not in self._writers

    def close(self) -> None:
        for one in self._writers:
            one.connections.close()
            one.policies.close()

    def throttled_in(self, lane: str) -> int:
        """How many requests of a lane Graph has refused so far, for coming too fast."""
        return sum(one.client.stats.throttled_in[lane] for one in self._writers)

    def _rank(self, writer: Writer, lane: Lane, requests: int) -> tuple[float, int]:
        return writer.client.wait_for(lane, requests), -len(writer.of(lane).idle)


class Readers:
    """Connections for looking. Conditional Access has its own: its pace would hold up the rest."""

    def __init__(self, crew: Crew, client: GraphClient) -> None:
        self._policies = Connections.of(crew, client, 1)
        self._others = Connections.of(crew, client, READERS)

    def use(self, lane: Lane, work: Callable[[GraphClient], T]) -> Task[T]:
        """Do something with a reading client in another thread."""
        return self._policies.use(work) if lane is ALONE else self._others.use(work)

    def close(self) -> None:
        self._policies.close()
        self._others.close()


def crew_for(time: TimeSource, check: Callable[[], None], writers: int) -> Crew:
    """A crew with as many threads as so many applications and the readers keep busy."""
    return Crew(time, check, threads=writers * AT_ONCE + 1 + READERS + 1)
