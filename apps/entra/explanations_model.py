"""What an explanation consists of."""

from dataclasses import dataclass

NOTHING_CHANGED = "Nothing was changed in the tenant."


@dataclass(frozen=True, slots=True)
class Explanation:
    """code: ours, short and stable. category: decides the class of the error. message: what
    happened; todo: what to do; safe: what is untouched."""

    code: str
    category: str
    message: str
    todo: str
    safe: str = NOTHING_CHANGED
