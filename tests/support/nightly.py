"""What `make test` tries a little of, `make nightly` tries at length."""

from __future__ import annotations

import os
from typing import Final

NIGHTLY: Final = os.environ.get("HOLDFAST_NIGHTLY") == "1"


def examples(usual: int, nightly: int) -> int:
    """How many examples Hypothesis is to try: settings(max_examples=examples(20, 400))."""
    return nightly if NIGHTLY else usual
