"""A bucket of Amazon S3 or of anything that speaks its language (MinIO, Ceph, Wasabi, ...).

Object Lock: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apps.history.offsite.errors import NotThere, StoreRefused, StoreUnavailable
from apps.history.offsite.stores.base import Entry, Lock, Protection, Upload

# The smallest part S3 takes is 5 MiB, the most parts 10,000: objects of up to 80 GB.
PART_SIZE = 8 * 1024 * 1024
_PORTION = 1024 * 1024
_CONFIG = Config(
    connect_timeout=10,
    read_timeout=60,
    retries={"mode": "standard", "total_max_attempts": 4},
    signature_version="s3v4",
)
_PASSING = frozenset(
    {"InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown", "503", "500", "429"}
)
_NOT_THERE = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
_NO_LOCK = frozenset({"ObjectLockConfigurationNotFoundError", "NotImplemented"})


class S3Store:
    """bucket, prefix ("" or "a/b/"): where. endpoint: "" for Amazon's own.

    credentials: access_key_id and secret_access_key, or nothing for what the host has (an
    instance's role, the environment).
    """

    def __init__(
        self,
        *,
        bucket: str,
        prefix: str,
        address: str,
        endpoint: str = "",
        region: str = "",
        credentials: dict[str, str],
    ) -> None:
        self._bucket, self._prefix, self._address = bucket, prefix, address
        self._endpoint, self._region, self._credentials = endpoint, region, credentials

    @property
    def address(self) -> str:
        return self._address

    def protection(self) -> Protection:
        with self.in_words():
            versioning = self.client.get_bucket_versioning(Bucket=self._bucket).get("Status")
            try:
                answer = self.client.get_object_lock_configuration(Bucket=self._bucket)
            except ClientError as error:
                if _code(error) not in _NO_LOCK:
                    raise
                answer = {}
        configuration = answer.get("ObjectLockConfiguration", {})
        if configuration.get("ObjectLockEnabled") != "Enabled":
            kept = "keeps older versions" if versioning == "Enabled" else "keeps no older versions"
            return Protection(False, f"The bucket has no Object Lock and {kept}.")
        if versioning != "Enabled":
            return Protection(False, "The bucket has Object Lock, but its versioning is suspended.")
        return Protection(True, f"The bucket has Object Lock{_default_of(configuration)}.")

    def upload(self, name: str, lock: Lock | None) -> Upload:
        return _S3Upload(self, name, self._place(name) | _lock_fields(lock))

    def read(self, name: str, version: str = "") -> Iterator[bytes]:
        with self.in_words(name):
            answer = self.client.get_object(**self._place(name, version))
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(_PORTION)

    def versions(self, prefix: str) -> Iterator[Entry]:
        with self.in_words():
            pages = self.client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                for found in page.get("Versions", ()):
                    yield Entry(
                        found["Key"][len(self._prefix) :],
                        _version_of(found),
                        int(found["Size"]),
                        found["LastModified"],
                        newest=bool(found["IsLatest"]),
                    )

    def lock_of(self, name: str, version: str) -> Lock | None:
        with self.in_words(name):
            seen = self.client.head_object(**self._place(name, version))
        mode, until = seen.get("ObjectLockMode"), seen.get("ObjectLockRetainUntilDate")
        return Lock(str(mode).lower(), until) if mode and until else None

    def extend(self, name: str, version: str, lock: Lock) -> None:
        with self.in_words(name):
            self.client.put_object_retention(
                **self._place(name, version),
                Retention={"Mode": lock.mode.upper(), "RetainUntilDate": lock.until},
            )

    def delete(self, name: str, version: str) -> None:
        with self.in_words(name):
            self.client.delete_object(**self._place(name, version))

    @cached_property
    def client(self) -> Any:
        # A session of its own: boto3's default one is not safe to share between threads.
        session = boto3.session.Session(
            aws_access_key_id=self._credentials.get("access_key_id"),
            aws_secret_access_key=self._credentials.get("secret_access_key"),
            region_name=self._region or None,
        )
        with self.in_words():
            return session.client("s3", endpoint_url=self._endpoint or None, config=_CONFIG)

    @contextmanager
    def in_words(self, name: str = "") -> Iterator[None]:
        """Turn what boto3 raises into our own errors."""
        try:
            yield
        except ClientError as error:
            code = _code(error)
            if name and code in _NOT_THERE:
                raise NotThere(self.address, name) from error
            if code in _PASSING:
                raise StoreUnavailable(self.address, code) from error
            raise StoreRefused(self.address, code) from error
        except BotoCoreError as error:
            raise StoreUnavailable(self.address, type(error).__name__) from error

    def _place(self, name: str, version: str = "") -> dict[str, Any]:
        place = {"Bucket": self._bucket, "Key": self._prefix + name}
        return place | ({"VersionId": version} if version else {})


class _S3Upload:
    """One request for what fits into a part, a multipart upload for what does not."""

    def __init__(self, store: S3Store, name: str, fields: dict[str, Any]) -> None:
        self._store, self._name, self._fields = store, name, fields
        self._place = {key: fields[key] for key in ("Bucket", "Key")}
        self._waiting = bytearray()
        self._upload_id = ""
        self._parts: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > PART_SIZE:
            self._send(bytes(self._waiting[:PART_SIZE]))
            del self._waiting[:PART_SIZE]

    def finish(self) -> str:
        with self._store.in_words(self._name):
            if not self._upload_id:
                body = bytes(self._waiting)
                answer = self._store.client.put_object(
                    **self._fields, Body=body, ContentMD5=_md5(body)
                )
                return _version_of(answer)
            self._send(bytes(self._waiting))
            answer = self._store.client.complete_multipart_upload(
                **self._place, UploadId=self._upload_id, MultipartUpload={"Parts": self._parts}
            )
            self._upload_id = ""
            return _version_of(answer)

    def abort(self) -> None:
        if self._upload_id:
            with suppress(BotoCoreError, ClientError):
                self._store.client.abort_multipart_upload(**self._place, UploadId=self._upload_id)

    def _send(self, body: bytes) -> None:
        with self._store.in_words(self._name):
            if not self._upload_id:
                begun = self._store.client.create_multipart_upload(**self._fields)
                self._upload_id = begun["UploadId"]
            number = len(self._parts) + 1
            answer = self._store.client.upload_part(
                **self._place,
                UploadId=self._upload_id,
                PartNumber=number,
                Body=body,
                ContentMD5=_md5(body),
            )
        self._parts.append({"PartNumber": number, "ETag": answer["ETag"]})


def _lock_fields(lock: Lock | None) -> dict[str, Any]:
    if lock is None:
        return {}
    return {"ObjectLockMode": lock.mode.upper(), "ObjectLockRetainUntilDate": lock.until}


def _default_of(configuration: dict[str, Any]) -> str:
    rule = configuration.get("Rule", {}).get("DefaultRetention")
    if not rule:
        return ""
    length = f"{rule['Days']} days" if rule.get("Days") else f"{rule.get('Years')} years"
    return f", by default {str(rule.get('Mode', '')).lower()} for {length}"


def _version_of(answer: dict[str, Any]) -> str:
    """A bucket that never had versioning answers "null" or nothing."""
    version = str(answer.get("VersionId") or "")
    return "" if version == "null" else version


def _md5(body: bytes) -> str:
    """S3 wants it, or another checksum, of whatever is locked."""
    return b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
