"""Which language somebody reads.

Texts are written in English and looked up when they are shown. What is kept (audit trail, jobs,
plans, problems) and what programs read (API, exports, signed documents) stays English.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation

from apps.core.errors import HoldfastError
from apps.core.languages import sentences

ENGLISH = "en-gb"
# Languages whose nouns begin with a capital wherever they stand.
_CAPITAL_NOUNS = ("de",)


def known_languages() -> list[tuple[str, str]]:
    """The languages that can be chosen, each by its code and its own name."""
    return list(settings.LANGUAGES)


def is_known(code: str) -> bool:
    return code in dict(settings.LANGUAGES)


def language_now() -> str:
    """The code of the language that this request or mail is written in."""
    code = translation.get_language() or ENGLISH
    return code if is_known(code) else ENGLISH


def reading(code: str) -> AbstractContextManager[None]:
    """Write in a person's language inside the block; in English when it is not known."""
    return translation.override(code if is_known(code) else ENGLISH)


def in_english() -> AbstractContextManager[None]:
    """For what is kept or read by programs."""
    return translation.override(ENGLISH)


def shown(text: str) -> str:
    """A text that was kept in English, in the reader's language if the catalogue has it.

    Sentences that were put together are known by their patterns (`sentences.py`).
    """
    return text if language_now() == ENGLISH else sentences.told(text)


def letter_in(code: str, text: str) -> str:
    """A mail that was put together in English, in its receiver's language, paragraph by paragraph.

    code: "" for one that is already in it.
    """
    if not code:
        return text
    with reading(code):
        return "\n\n".join(_paragraph(one) for one in text.split("\n\n"))


def _paragraph(text: str) -> str:
    said = shown(text)
    return said if said != text else "\n".join(shown(line) for line in text.split("\n"))


def shown_each(texts: str) -> str:
    """The same for texts in a row, with commas between."""
    return ", ".join(shown(text) for text in texts.split(", "))


def explained(error: HoldfastError) -> str:
    """What an error says, as one paragraph in the reader's language."""
    return " ".join(shown(text) for text in (error.message, error.safe, error.todo) if text)


def in_sentence(text: str) -> str:
    """A text that stands alone elsewhere, amid a sentence: small where the language has it so."""
    said = shown(text)
    return said if language_now() in _CAPITAL_NOUNS else said[:1].lower() + said[1:]
