"""Reading documents back: the JSON file itself, or the one that a PDF of ours carries along."""

from __future__ import annotations

import re
import zlib
from typing import Any, Final

from apps.core import canonical
from apps.core.errors import Invalid

# As the library that draws the PDF writes an attached file.
_ATTACHED: Final = re.compile(rb"/Type /EmbeddedFile.*?>>\s*stream\r?\n", re.DOTALL)


def document_in(data: bytes) -> Any:
    """The JSON value of a document's file, or of the one inside a PDF. Raises Invalid."""
    try:
        return canonical.loads(_attached_to(data) if data.startswith(b"%PDF") else data)
    except (ValueError, zlib.error):
        raise Invalid("This is no document of a recovery.", code="no-document") from None


def _attached_to(pdf: bytes) -> bytes:
    found = _ATTACHED.search(pdf)
    if found is None:
        raise Invalid(
            "This PDF file carries no signed document along.",
            code="no-document",
            todo="Check the JSON document instead; its digest stands on the last page.",
        )
    return zlib.decompressobj().decompress(pdf[found.end() :])
