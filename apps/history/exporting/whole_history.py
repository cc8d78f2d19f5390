"""A tenant's whole history as one ZIP file, written while it is read.

Every line of a .jsonl file is one JSON value. manifest.json comes last and names each file's lines
and SHA-256, so a file that was cut off shows itself.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from apps.core import clock
from apps.history.bodies import BodyOpener, Place
from apps.history.database import TenantRef, rows, scoped_id
from apps.history.exporting.archive import Out
from apps.history.presenting import snapshot_as_json
from apps.history.selectors.bodies import body_opener
from apps.history.selectors.snapshots import snapshots

_PORTION = 2000
_FLUSH_AT = 256 * 1024

_README = """\
Everything Holdfast kept of one Microsoft Entra tenant.

snapshots.jsonl  every snapshot: when it was taken, how complete it is, its root in the chain
objects.jsonl    every version of every object: kind, id, the snapshot (seq) from which it holds,
                 state (present, soft-deleted, hard-deleted) and the body as Microsoft Graph gives
                 it. The state at snapshot n is the newest version with seq up to n.
links.jsonl      the same for links (members, owners, managers ...): present or not from seq on
manifest.json    lines and SHA-256 of each file
"""

_OBJECTS = """
select kind, object_id, seq, state, body from history_objectversion
where tenant_id = %s and (kind, object_id, seq) > (%s, %s, %s)
order by kind, object_id, seq limit %s
"""

_LINKS = """
select link, source_id, target_id, seq, present from history_linkversion
where tenant_id = %s and (link, source_id, target_id, seq) > (%s, %s, %s, %s)
order by link, source_id, target_id, seq limit %s
"""


def export_history(tenant: TenantRef) -> Iterator[bytes]:
    """The ZIP file in parts. Nothing of it is kept in memory but a portion of rows.

    Consume it in the tenant's scope (core.scope.streaming for what is handed out). Raises
    DamagedBody, and NotFound when the tenant's key was destroyed.
    """
    tenant_id = scoped_id(tenant)
    opener = body_opener(tenant_id)
    out = Out()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", _README)
        manifest: dict[str, Any] = {}
        files: tuple[tuple[str, Iterable[dict[str, Any]]], ...] = (
            ("snapshots.jsonl", map(snapshot_as_json, snapshots(tenant_id).order_by("seq"))),
            ("objects.jsonl", _object_lines(tenant_id, opener)),
            ("links.jsonl", _link_lines(tenant_id)),
        )
        for name, values in files:
            yield from _write(archive, out, name, values, manifest)
        closing = {"tenant": str(tenant_id), "exported_at": clock.now().isoformat()}
        archive.writestr("manifest.json", json.dumps({**closing, "files": manifest}, indent=1))
    yield out.taken()


def _write(
    archive: zipfile.ZipFile,
    out: Out,
    name: str,
    values: Iterable[dict[str, Any]],
    manifest: dict[str, Any],
) -> Iterator[bytes]:
    digest, lines = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as file:
        for value in values:
            line = json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
            file.write(line)
            digest.update(line)
            lines += 1
            if out.waiting >= _FLUSH_AT:
                yield out.taken()
    manifest[name] = {"lines": lines, "sha256": digest.hexdigest()}
    yield out.taken()


def _object_lines(tenant_id: Any, opener: BodyOpener) -> Iterator[dict[str, Any]]:
    last = ("", "", -1)
    while portion := rows(_OBJECTS, [tenant_id, *last, _PORTION]):
        for kind, object_id, seq, state, body in portion:
            value = {"kind": kind, "id": object_id, "seq": seq, "state": state}
            if body is not None:
                value["body"] = opener.open(Place(kind, object_id, seq), bytes(body))
            yield value
        last = portion[-1][:3]


def _link_lines(tenant_id: Any) -> Iterator[dict[str, Any]]:
    last = ("", "", "", -1)
    while portion := rows(_LINKS, [tenant_id, *last, _PORTION]):
        for link, source_id, target_id, seq, present in portion:
            yield {
                "link": link,
                "source": source_id,
                "target": target_id,
                "seq": seq,
                "present": present,
            }
        last = portion[-1][:4]
