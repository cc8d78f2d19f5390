"""Policies as people read them: who, what, under which conditions, then what.

`read` takes a policy apart by the grammar, which is data; what the grammar does not know is told
with its path and value, never left out. `compare` says in words what differs between two of them.
Everything here is text and ids; whoever shows it gives the ids their names.
"""

from apps.entra.conditional_access.words.comparing import Change, compare
from apps.entra.conditional_access.words.grammar import PLACES, Part, Place
from apps.entra.conditional_access.words.reading import Line, Told, Unknown, read
from apps.entra.conditional_access.words.saying import Sentence, goes_without_saying, sentences
from apps.entra.conditional_access.words.terms import Item

__all__ = [
    "PLACES",
    "Change",
    "Item",
    "Line",
    "Part",
    "Place",
    "Sentence",
    "Told",
    "Unknown",
    "compare",
    "goes_without_saying",
    "read",
    "sentences",
]
