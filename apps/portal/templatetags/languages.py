"""Texts that come from elsewhere than the page itself, in the reader's language.

These are known to every template without loading them.
"""

from __future__ import annotations

from django import template

from apps.core.errors import HoldfastError
from apps.core.languages import choosing

register = template.Library()


@register.filter
def shown(text: object) -> str:
    """A text that code or the database has in English: a state, a reason, a problem."""
    return choosing.shown(str(text)) if text is not None else ""


@register.filter
def in_sentence(text: object) -> str:
    """A text that stands alone elsewhere, amid a sentence: small where the language has it so."""
    return choosing.in_sentence(str(text)) if text is not None else ""


@register.filter
def explained(error: HoldfastError) -> str:
    """What an error says, as one paragraph."""
    return choosing.explained(error)
