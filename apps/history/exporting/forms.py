"""The forms in which a snapshot, or a part of it, is taken out. All of them come in parts."""

from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import orjson

from apps.history.choices import ExportForm
from apps.history.exporting import flat, layouts
from apps.history.exporting.archive import Archive
from apps.history.exporting.contents import Contents
from apps.history.exporting.heading import Heading
from apps.history.exporting.signing_manifests import public_keys, signature_file

_BUFFER = 256 * 1024
Layout = Callable[[Archive, Contents], Iterator[bytes]]

_README = """\
What Holdfast kept of one Microsoft Entra tenant in one snapshot.

export.json      which tenant and snapshot it is, how complete each collection was read, who took
                 it out and when
{files}
manifest.json    size and SHA-256 of every other file, and the snapshot's root
manifest.sig     the installation's signature under manifest.json
signing-key.pem  the public key that it can be checked with
verify_export.py checks all of that: python3 verify_export.py --key signing-key.pem THIS.zip

A verifier and a key that came inside what they are to verify prove nothing: whoever changed the one
could have changed the others. Take both from the installation itself (the tenant's page "Export"),
or from where you put them before.

{caution}
"""
_FOLDERS = """\
objects/         the objects: a folder for each kind with a file for each object, or one file of
                 JSON Lines for a kind of more than 1,000. Bodies are as Microsoft Graph gives them;
                 an absent property is null or empty
bin/             what was in the tenant's recycle bin, by kind
links/           members, owners, managers ...: source and target by id"""
_TABLES = """\
<kind>.csv       the objects of one kind, one column for each property
links.csv        members, owners, managers ...: source and target by id"""
_PERSONAL = "These files hold personal data. Keep them as you would keep the directory itself."
_APOSTROPHES = (
    "A cell that a spreadsheet would take for a formula, or that begins with an apostrophe, has\n"
    "one apostrophe in front that does not belong to it."
)


def parts_of(heading: Heading, contents: Contents) -> Iterator[bytes]:
    """The file in parts. Consume it in the tenant's scope. Raises DamagedBody, KeyProblem."""
    form = contents.wanted.form
    if form == ExportForm.ZIP:
        return _archive(heading, contents, layouts.folders, _FOLDERS, _PERSONAL)
    if form == ExportForm.JSON:
        return _buffered(_json(heading, contents))
    if contents.wanted.kind:
        (kind,) = contents.wanted.kinds
        return _buffered(flat.object_rows(kind, layouts.with_states(contents, kind)))
    return _archive(heading, contents, layouts.tables, _TABLES, f"{_PERSONAL}\n{_APOSTROPHES}")


def media_type(form: str, kind: str) -> str:
    """The type of what parts_of() gives; tables of all kinds come together in a ZIP."""
    if form == ExportForm.JSON:
        return "application/json"
    return "text/csv; charset=utf-8" if form == ExportForm.CSV and kind else "application/zip"


def extension(form: str, kind: str) -> str:
    """What the name of the file ends in."""
    kinds = {"application/json": "json", "application/zip": "zip"}
    return kinds.get(media_type(form, kind), "csv")


def verifier() -> bytes:
    """The script that checks an export without Holdfast."""
    return resources.files("apps.history.exporting").joinpath("verify_export.py").read_bytes()


def _archive(
    heading: Heading, contents: Contents, layout: Layout, files: str, caution: str
) -> Iterator[bytes]:
    archive = Archive()
    archive.add("README.txt", _README.format(files=files, caution=caution).encode())
    archive.add("export.json", orjson.dumps(heading.as_json(), option=orjson.OPT_INDENT_2))
    yield from layout(archive, contents)
    archive.add("verify_export.py", verifier())
    archive.add("signing-key.pem", public_keys())
    counts = {"objects": contents.objects_read, "links": contents.links_read}
    said = {**heading.in_brief(), **counts, "files": dict(archive.files)}
    manifest = orjson.dumps(said, option=orjson.OPT_INDENT_2)
    archive.add("manifest.json", manifest)
    archive.add("manifest.sig", signature_file(manifest))
    yield archive.close()


def _json(heading: Heading, contents: Contents) -> Iterator[bytes]:
    """One JSON value: "export", "objects" and "bin" by kind, "links" by name."""
    yield b'{"export":' + orjson.dumps(heading.as_json())
    for member, state in (("objects", layouts.PRESENT), ("bin", layouts.SOFT_DELETED)):
        yield b',"%b":{' % member.encode()
        for number, kind in enumerate(contents.wanted.kinds):
            yield _named(kind.name, first=number == 0)
            yield from _list(contents.objects(kind, state))
        yield b"}"
    yield b',"links":{'
    for number, name in enumerate(contents.wanted.links):
        yield _named(name, first=number == 0)
        pairs = (
            {"source": item.source_id, "target": item.target_id} for item in contents.links(name)
        )
        yield from _list(pairs)
    yield b"}}\n"


def _named(name: str, *, first: bool) -> bytes:
    return (b"" if first else b",") + orjson.dumps(name) + b":"


def _list(values: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    yield b"["
    between = b"\n"
    for value in values:
        yield between + orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        between = b",\n"
    yield b"]"


def _buffered(parts: Iterator[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in parts:
        waiting += part
        if len(waiting) >= _BUFFER:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
