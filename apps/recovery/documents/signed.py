"""What stands at the end of every printed document: the signed JSON attached, and its signature."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from apps.core import clock
from apps.recovery.documents import as_json
from apps.recovery.documents.contents import Contents
from apps.recovery.documents.sheet import Sheet
from apps.recovery.documents.signing import ALGORITHM

# A JSON document of so many rows is a few megabytes.
ATTACHED: Final = 5000
# Millimetres that the signature takes.
_HEIGHT: Final = 70


def finished(sheet: Sheet, contents: Contents, total: int, signature: dict[str, str]) -> bytes:
    """The PDF file of a document of so many rows, its last section and attachment put to it."""
    name = f"{contents.file_name}.json"
    attached = total <= ATTACHED
    where = (
        f"The signed document is attached to this file as {name}."
        if attached
        else "The signed document is too large to be attached: download it as JSON. Made again "
        "from the same plan, ended recovery or report it has the same digest."
    )
    note = (
        f"{where} It has every row, and manage.py verify-document checks it. This page repeats "
        "what stands under it."
    )
    say_signature(sheet, signature, note, [("Printed", moment(clock.now().isoformat()))])
    if sheet.lacking:
        sheet.paragraph(
            f"{sheet.lacking} characters are shown as \ufffd, because the font of this file has no "
            "letters for them. The JSON document has them."
        )
    if attached:
        attach(sheet, name, b"".join(as_json.written(contents)))
    return bytes(sheet.output())


def say_signature(
    sheet: Sheet, signature: dict[str, str], note: str, more: Iterable[tuple[str, str]] = ()
) -> None:
    """The section that repeats what was signed, and how. note: where the signed file is."""
    sheet.keep_together(_HEIGHT)
    sheet.heading("Signature")
    sheet.paragraph(note)
    sheet.pairs(
        [
            ("SHA-256 of the document", signature["digest"]),
            ("Signature", signature["signature"]),
            ("Public key", signature["public_key"]),
            ("Key", signature["key"]),
            ("How", ALGORITHM),
            *more,
        ]
    )


def attach(sheet: Sheet, name: str, file: bytes) -> None:
    """Put a JSON file into the PDF, as readers show attachments."""
    sheet.embed_file(bytes=file, basename=name, mime_type="application/json", compress=True)


def moment(text: str | None) -> str:
    """A moment of a document for people."""
    if not text:
        return "not yet"
    return datetime.fromisoformat(text).strftime("%d %b %Y %H:%M:%S UTC")
