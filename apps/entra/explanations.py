"""Every refusal we know, in plain words: what happened, what is safe, what to do.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes and
https://learn.microsoft.com/graph/errors
"""

import re
from collections.abc import Mapping
from typing import Any

from apps.entra.explanations_graph import (
    BY_CODE,
    BY_STATUS,
    BY_TEXT,
    PAGE_EXPIRED,
    UNKNOWN_REFUSAL,
)
from apps.entra.explanations_model import NOTHING_CHANGED, Explanation
from apps.entra.explanations_sign_in import SIGN_IN

__all__ = [
    "PAGE_EXPIRED",
    "Explanation",
    "explain",
    "for_answer_to_person",
    "for_graph",
    "for_sign_in",
]

_AADSTS = re.compile(r"AADSTS(\d+)")
_DECLINED = 65004


def explain(code: str) -> Explanation:
    """Plain words for a code: "AADSTS700016", a Graph code, or one of ours ("not-licensed")."""
    number = code.upper().removeprefix("AADSTS")
    if number.isdigit():
        return for_sign_in(int(number), "")
    for table in (BY_CODE, {item.code: item for item in _all()}):
        if code in table:
            return table[code]
    return UNKNOWN_REFUSAL


def for_answer_to_person(answer: Mapping[str, Any]) -> Explanation:
    """For what Entra sends a person back with instead of what was asked for. Without a number he
    turned back himself. Entra's own words may name him, so nothing else of them is used."""
    found = _AADSTS.search(str(answer.get("error_description", "")))
    return for_sign_in(int(found[1]) if found else _DECLINED, "")


def for_sign_in(number: int, error: str) -> Explanation:
    """For an AADSTS number; the OAuth error decides where the number is not known."""
    if number in SIGN_IN:
        return SIGN_IN[number]
    if error == "temporarily_unavailable":
        return SIGN_IN[90033]
    shown = f"AADSTS{number}" if number else error or "no reason"
    return Explanation(
        "sign-in-refused",
        "needs-consent" if error in {"invalid_client", "unauthorized_client"} else "permanent",
        f"Entra refused to sign our application in to the tenant ({shown}).",
        "Look the code up at login.microsoftonline.com/error, mend it, and test again.",
        NOTHING_CHANGED,
    )


def for_graph(status: int, code: str, message: str, inner: str = "") -> Explanation:
    """For an answer of Graph. Texts are looked at only where one code means several things."""
    for fragment, found in BY_TEXT:
        if fragment in message:
            return found
    for name in (inner, code):
        if name in BY_CODE:
            return BY_CODE[name]
    return BY_STATUS.get(status, UNKNOWN_REFUSAL)


def _all() -> tuple[Explanation, ...]:
    return (
        *SIGN_IN.values(),
        *BY_CODE.values(),
        *(found for _, found in BY_TEXT),
        *BY_STATUS.values(),
    )
