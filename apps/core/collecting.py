"""Fewer garbage collections while much is read.

Python looks for cycles each time 700 containers were made, and a page of Graph has several
thousand, none of them in a cycle: looking costs a third of reading it.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Containers made before the young ones are looked through, and how much rarer the older ones are.
_THRESHOLDS = (50_000, 20, 100)

_lock = threading.Lock()
_usual: list[tuple[int, int, int]] = []


@contextmanager
def fewer_collections() -> Iterator[None]:
    """Collect garbage less often, in the whole process, as long as somebody is in such a block."""
    with _lock:
        _usual.append(gc.get_threshold())
        gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        with _lock:
            # Whoever came first noted what is usual; whoever leaves last brings it back.
            usual = _usual.pop()
            if not _usual:
                gc.set_threshold(*usual)
