"""Reading what has a slow pace of its own while everything else is read."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context

from apps.entra.reading import ReadBatch

Read = Callable[[], Iterator[ReadBatch]]


class Background:
    """Reads, begun one after the other in a thread of their own, each to be asked for once.

    What they give is kept until then, so it has to be little. The thread must not touch the
    database connection of the one that began it. What a read raises is raised to whoever asks.
    """

    def __init__(self, reads: Mapping[Hashable, Read]) -> None:
        context = copy_context()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-beside")
        self._coming: dict[Hashable, Future[list[ReadBatch]]] = {
            name: self._pool.submit(context.run, _all_of, read) for name, read in reads.items()
        }
        self._pool.shutdown(wait=False)

    def take(self, name: Hashable) -> Iterator[ReadBatch] | None:
        """What the read gave, when it is done; None where there is none of that name any more."""
        coming = self._coming.pop(name, None)
        return iter(coming.result()) if coming is not None else None

    def stop(self) -> None:
        """Begin no further read."""
        for coming in self._coming.values():
            coming.cancel()
        self._coming.clear()


def _all_of(read: Read) -> list[ReadBatch]:
    return [*read()]
