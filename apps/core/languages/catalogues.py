"""The catalogues: one PO file a language, and its compiled form beside it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale

from apps.core.languages.choosing import ENGLISH
from apps.core.languages.extracting import Text

_UNDATED = datetime(2026, 1, 1, tzinfo=UTC)
PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w*)\}")
_HEADER = "# What Holdfast says. Kept by `manage.py texts`; see docs/architecture.md, Languages."
_TAG = re.compile(r"<(/?\w+)")


def languages() -> list[str]:
    """The codes of the languages that need a catalogue: all but English."""
    return [code for code, _ in settings.LANGUAGES if code != ENGLISH]


def path_of(code: str, kind: str = "po") -> Path:
    """Where a language's catalogue is. kind: "po", or "mo" for the compiled one."""
    folder = Path(settings.LOCALE_PATHS[0]) / to_locale(code) / "LC_MESSAGES"
    return folder / f"django.{kind}"


def read(code: str) -> Catalog:
    """The language's catalogue; an empty one where there is none yet."""
    path = path_of(code)
    if not path.exists():
        return Catalog(locale=to_locale(code))
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(code))


def merged(code: str, texts: Iterable[Text]) -> Catalog:
    """What is marked now, with what was translated before; what is said no more is left out."""
    before = read(code)
    after = Catalog(to_locale(code), header_comment=_HEADER, project="Holdfast", fuzzy=False)
    for text in texts:
        key = (text.singular, text.plural) if text.plural else text.singular
        after.add(key, locations=[(text.where, None)], context=text.context or None)  # type: ignore[list-item]
    for message in after:
        known = before.get(_singular(message), message.context) if message.id else None
        if known is not None:
            message.string = _fitting(message, known, after.num_plurals)
    return after


def _fitting(message: Message, known: Message, plurals: int) -> str | tuple[str, ...]:
    """The known translation, in the form that the message has now."""
    said = known.string
    if message.pluralizable and isinstance(said, str):
        return (said,) * plurals
    if not message.pluralizable and isinstance(said, (tuple, list)):
        return str(said[0])
    return tuple(said) if isinstance(said, list) else said or ""


def plain(catalogue: Catalog) -> bytes:
    """The catalogue as its PO file has it, in a stable order."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, sort_output=True, omit_header=False, include_lineno=False)
    lines = file.getvalue().decode().splitlines()
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator')
    return ("\n".join(line for line in lines if not line.startswith(dated)) + "\n").encode()


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    file = io.BytesIO()
    source = read_po(io.BytesIO(plain(catalogue)), locale=str(catalogue.locale))
    # Or it would be another file at every minute.
    source.creation_date = source.revision_date = _UNDATED
    write_mo(file, source)
    return file.getvalue()


def problems_of(catalogue: Catalog) -> Iterator[str]:
    """What is wrong with a finished language: empty or doubtful texts, lost names and marks."""
    for message in catalogue:
        if not message.id:
            continue
        said = _said(message)
        singular = _singular(message)
        if not all(said):
            yield f"not translated: {singular!r}"
        elif message.fuzzy:
            yield f"doubtful: {singular!r}"
        else:
            yield from _differences(message, said)


def _differences(message: Message, said: list[str]) -> Iterator[str]:
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    for find, what in ((_names, "names"), (_tags, "HTML")):
        allowed = [find(original) for original in originals]
        if any(find(one) not in allowed for one in said):
            yield f"other {what} than in English: {originals[0]!r}"


def _names(text: str) -> list[str]:
    return sorted({first or second for first, second in PLACEHOLDER.findall(text)})


def _tags(text: str) -> list[str]:
    return sorted(_TAG.findall(text))


def _said(message: Message) -> list[str]:
    """The translation, once for each form of plural."""
    said = message.string or ""
    return [said] if isinstance(said, str) else [one or "" for one in said]


def _singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]
