"""Texts that were looked up before.

English has no catalogue of its own, so each of its texts is sought in one after the other of
Django's, in vain: a sixth of what a page takes.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.translation import trans_real

# More than there are in code and templates; what the database says comes and goes.
_TEXTS = 20_000


def remember_texts() -> None:
    """In this process, each text is looked up once in a language. Called once, at its start."""
    for code, _ in settings.LANGUAGES:
        catalogue = trans_real.translation(code)
        # On the catalogue itself: languages that fall back on it have its texts in their own.
        catalogue.__dict__["gettext"] = lru_cache(_TEXTS)(catalogue.gettext)
