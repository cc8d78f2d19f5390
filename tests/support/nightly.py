"""What `make test` tries a little of, `make nightly` tries at length."""

from __future__ import annotations

import os
from typing import Final

NIGHTLY: Final = os.environ.get("HOLDFAST_NIGHTLY") == "1"


def examples(usual: int, nightly: int) -> int:
    """How many examples Hypothesis is to try: settings(max_examples=examples(20, 400)).

    HOLDFAST_EXAMPLES bounds those of a night, for whoever has less time.
    """
    if not NIGHTLY:
        return usual
    return min(nightly, int(os.environ.get("HOLDFAST_EXAMPLES", nightly)))
