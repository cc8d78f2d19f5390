"""What an import refuses to read, and in which words."""

from typing import Final

MIB: Final = 1024 * 1024

# Of one JSON document: it is read into memory as a whole.
LARGEST_DOCUMENT: Final = 64 * MIB
# Of one line of JSON Lines, of which only one is in memory.
LARGEST_LINE: Final = 16 * MIB
# Of everything together, unpacked.
LARGEST_TOTAL: Final = 8 * 1024 * MIB
MOST_FILES: Final = 1_000_000
# How much larger a packed file may become: JSON shrinks to a twentieth, a bomb to a thousandth.
LARGEST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 1 * MIB
# Of the table of contents of a ZIP file, which is in memory as a whole; some 300,000 files.
LARGEST_DIRECTORY: Final = 32 * MIB
# Graph nests some eight levels; PowerShell writes at most 100.
DEEPEST: Final = 64
LONGEST_PATH: Final = 1024


class Refused(Exception):
    """A file that is not read. Its words say why, and repeat nothing of its content."""


class TooMuch(Exception):
    """So much that the whole import is refused. Its words say of what."""
