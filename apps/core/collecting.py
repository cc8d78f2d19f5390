"""Fewer garbage collections, while much is read and in processes that serve pages.

Python looks for cycles each time 700 containers were made, and a page of Graph has several
thousand, none of them in a cycle: looking costs a third of reading it. A page over a thousand
tenants makes as many, and now and then it was its lot to have all that the process had loaded
looked through: a third of a second.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.signals import request_finished

# Containers made before the young ones are looked through, and how much rarer the older ones are.
_THRESHOLDS = (50_000, 20, 100)
# In a process that serves pages, where requests are followed by a collection: no page makes so many
# that stay, and one that does is not to fill the memory.
_SERVING_THRESHOLDS = (1_000_000, 20, 100)
# What requests may leave before it is looked through.
_LEFT = 10_000
# How many collections of a generation one of the next older goes with.
_OLDER_AFTER = 20

_lock = threading.Lock()
_usual: list[tuple[int, int, int]] = []


def begin_serving() -> None:
    """What is loaded by now stays: no collection looks at it again, and others go between requests.

    Called once, when a process that serves pages has loaded what it needs.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SERVING_THRESHOLDS)
    request_finished.connect(collect_what_is_left, dispatch_uid="collect-what-is-left")


def collect_what_is_left(**_: Any) -> None:
    """Look for cycles in what requests have left, when it is enough to be worth it.

    After an answer is sent little of what it was made of is alive, so that this takes a
    millisecond. In the midst of a request it took 50: everything that the page needs was looked at.
    """
    young, middle, old = gc.get_count()
    if young < _LEFT:
        return
    if middle < _OLDER_AFTER:
        gc.collect(0)
    elif old < _OLDER_AFTER:
        gc.collect(1)
    else:
        gc.collect(2)


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
