"""What a benchmark says while it runs; its figures alone go to the standard output."""

import sys


def tell(text: str) -> None:
    """Say what is going on."""
    print(text, file=sys.stderr, flush=True)
