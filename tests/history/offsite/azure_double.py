"""A double of the part of Azure Blob Storage's HTTP API that the product uses.

Versions, blocks and version-level immutability as Microsoft documents them:
https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4
from xml.etree import ElementTree

ACCOUNT = "holdfast"


@dataclass
class Blob:
    version: str
    data: bytes
    modified: datetime
    until: datetime | None = None
    mode: str = ""

    @property
    def is_locked(self) -> bool:
        return self.until is not None and self.until > datetime.now(UTC)


@dataclass
class Container:
    lock: bool
    blobs: dict[str, list[Blob]] = field(default_factory=dict)
    blocks: dict[tuple[str, str], bytes] = field(default_factory=dict)


class AzureDouble:
    """The account: containers by name."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.containers: dict[str, Container] = {}
        self.written = 0

    def container(self, *, lock: bool = True) -> str:
        name = f"bundles-{uuid4().hex[:12]}"
        self.containers[name] = Container(lock)
        return name

    def address(self, container: str, prefix: str = "holdfast") -> str:
        return f"azure://{ACCOUNT}/{container}/{prefix}?endpoint={self.url}/{ACCOUNT}"


class _Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: AzureDouble

    def log_message(self, *_: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 - names that http.server looks for

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, headers, data = self._route(body)
        except _Refusal as refusal:
            code = refusal.code
            status, headers = refusal.status, {"x-ms-error-code": code}
            data = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
        self.send_response(status)
        for name, value in {"x-ms-version": "2025-01-05", **headers}.items():
            self.send_header(name, value)
        length = headers.get("Content-Length", str(len(data)))
        if "Content-Length" not in headers:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _route(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        _, _, container_name, *rest = unquote(parts.path).split("/", 3)
        container = self.double.containers.get(container_name)
        if container is None:
            raise _Refusal(404, "ContainerNotFound")
        if not rest:
            return self._of_container(container, query)
        return self._of_blob(container, rest[0], query, body)

    def _of_container(
        self, container: Container, query: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        if query.get("comp") == "list":
            return 200, {"Content-Type": "application/xml"}, _listing(container, query)
        locks = str(container.lock).lower()
        return (
            200,
            {
                "Last-Modified": format_datetime(datetime.now(UTC), usegmt=True),
                "ETag": '"1"',
                "x-ms-has-immutability-policy": "false",
                "x-ms-has-legal-hold": "false",
                "x-ms-immutable-storage-with-versioning-enabled": locks,
            },
            b"",
        )

    def _of_blob(
        self, container: Container, name: str, query: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        comp = query.get("comp")
        if self.command == "PUT" and comp == "block":
            container.blocks[name, query["blockid"]] = body
            return 201, {}, b""
        if self.command == "PUT" and comp == "blocklist":
            return self._commit(container, name, body)
        blob = _found(container, name, query.get("versionid"))
        if self.command == "PUT" and comp == "immutabilityPolicies":
            return self._extend(blob)
        if self.command == "DELETE":
            if blob.is_locked:
                raise _Refusal(409, "BlobImmutableDueToPolicy")
            container.blobs[name].remove(blob)
            return 202, {}, b""
        return self._read(blob)

    def _commit(
        self, container: Container, name: str, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        until, mode = self._policy()
        if until and not container.lock:
            raise _Refusal(409, "ImmutabilityPolicyNotSupported")
        ids = [found.text or "" for found in ElementTree.fromstring(body)]  # noqa: S314 - our own
        data = b"".join(container.blocks.pop((name, block)) for block in ids)
        self.double.written += 1
        version = f"2026-11-23T00:00:{self.double.written:012.7f}Z"
        blob = Blob(version, data, datetime.now(UTC).replace(microsecond=0), until, mode)
        container.blobs.setdefault(name, []).append(blob)
        return 201, {"x-ms-version-id": version, "ETag": '"1"'}, b""

    def _extend(self, blob: Blob) -> tuple[int, dict[str, str], bytes]:
        until, mode = self._policy()
        if blob.until and until and until < blob.until and blob.mode == "locked":
            raise _Refusal(409, "ImmutabilityPolicyCannotBeShortened")
        blob.until, blob.mode = until, mode
        return 200, {}, b""

    def _policy(self) -> tuple[datetime | None, str]:
        until = self.headers.get("x-ms-immutability-policy-until-date")
        mode = self.headers.get("x-ms-immutability-policy-mode", "")
        return (parsedate_to_datetime(until) if until else None), mode.lower()

    def _read(self, blob: Blob) -> tuple[int, dict[str, str], bytes]:
        headers = {
            "Last-Modified": format_datetime(blob.modified, usegmt=True),
            "ETag": '"1"',
            "x-ms-blob-type": "BlockBlob",
            "x-ms-version-id": blob.version,
        }
        if blob.until:
            headers["x-ms-immutability-policy-until-date"] = format_datetime(
                blob.until, usegmt=True
            )
            headers["x-ms-immutability-policy-mode"] = blob.mode
        if self.command == "HEAD":
            return 200, headers | {"Content-Length": str(len(blob.data))}, b""
        asked = self.headers.get("x-ms-range") or self.headers.get("Range")
        if not asked:
            return 200, headers, blob.data
        if not blob.data:
            raise _Refusal(416, "InvalidRange")
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, end = int(first), min(int(last or len(blob.data)), len(blob.data) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(blob.data)}"
        return 206, headers, blob.data[start : end + 1]


def _found(container: Container, name: str, version: str | None) -> Blob:
    for blob in reversed(container.blobs.get(name, [])):
        if version in (None, blob.version):
            return blob
    raise _Refusal(404, "BlobNotFound")


def _listing(container: Container, query: dict[str, str]) -> bytes:
    root = ElementTree.Element("EnumerationResults", ContainerName="c")
    blobs = ElementTree.SubElement(root, "Blobs")
    for name, versions in sorted(container.blobs.items()):
        if not name.startswith(query.get("prefix", "")):
            continue
        for blob in versions:
            item = ElementTree.SubElement(blobs, "Blob")
            ElementTree.SubElement(item, "Name").text = name
            ElementTree.SubElement(item, "VersionId").text = blob.version
            if blob is versions[-1]:
                ElementTree.SubElement(item, "IsCurrentVersion").text = "true"
            said = ElementTree.SubElement(item, "Properties")
            modified = format_datetime(blob.modified, usegmt=True)
            ElementTree.SubElement(said, "Last-Modified").text = modified
            ElementTree.SubElement(said, "Etag").text = "1"
            ElementTree.SubElement(said, "Content-Length").text = str(len(blob.data))
            ElementTree.SubElement(said, "BlobType").text = "BlockBlob"
    ElementTree.SubElement(root, "NextMarker")
    return b"<?xml version='1.0' encoding='utf-8'?>" + ElementTree.tostring(root)


@contextmanager
def running_double() -> Iterator[AzureDouble]:
    """The double, listening on a port of its own."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    double = AzureDouble(f"http://127.0.0.1:{server.server_port}")
    handler.double = double  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
