"""Yes, no, and what cannot be known: three-valued logic in the manner of Kleene."""

from collections.abc import Iterable
from enum import IntEnum


class Answer(IntEnum):
    """Ordered, so that all_of is the least and any_of the greatest."""

    NO = 0
    MAYBE = 1
    YES = 2

    def __invert__(self) -> "Answer":
        return Answer(2 - self)


NO, MAYBE, YES = Answer.NO, Answer.MAYBE, Answer.YES


def all_of(answers: Iterable[Answer]) -> Answer:
    """YES for none at all."""
    return min(answers, default=YES)


def any_of(answers: Iterable[Answer]) -> Answer:
    """NO for none at all."""
    return max(answers, default=NO)


def known(is_so: bool | None) -> Answer:
    """None is what is not known."""
    if is_so is None:
        return MAYBE
    return YES if is_so else NO
