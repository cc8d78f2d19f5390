"""A container of Azure Blob Storage.

Locks are its version-level immutability, which has to be switched on when the container is made:
https://learn.microsoft.com/azure/storage/blobs/immutable-version-level-worm-policies
"""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.storage.blob import BlobBlock, BlobClient, ContainerClient, ImmutabilityPolicy

from apps.history.offsite.errors import NotThere, StoreRefused, StoreUnavailable
from apps.history.offsite.stores.base import Entry, Lock, Protection, Upload

BLOCK_SIZE = 8 * 1024 * 1024
_PORTION = 4 * 1024 * 1024
# A locked policy can only be made longer; an unlocked one whoever has the right can remove.
_MODES = {"compliance": "Locked", "governance": "Unlocked"}
_NAMES = {mode.lower(): name for name, mode in _MODES.items()}


class AzureStore:
    """account, container, prefix ("" or "a/b/"): where. endpoint: "" for Azure's own.

    credentials: account_key or sas_token.
    """

    def __init__(
        self,
        *,
        account: str,
        container: str,
        prefix: str,
        address: str,
        endpoint: str = "",
        credentials: dict[str, str],
    ) -> None:
        self._account, self._container, self._prefix = account, container, prefix
        self._address, self._credentials = address, credentials
        self._endpoint = endpoint or f"https://{account}.blob.core.windows.net"

    @property
    def address(self) -> str:
        return self._address

    def protection(self) -> Protection:
        with self.in_words():
            seen = self.client.get_container_properties()
        if not seen.immutable_storage_with_versioning_enabled:
            return Protection(False, "The container has no version-level immutability.")
        default = ", and a default policy" if seen.has_immutability_policy else ""
        return Protection(True, f"The container has version-level immutability{default}.")

    def upload(self, name: str, lock: Lock | None) -> Upload:
        return _AzureUpload(self, name, lock)

    def read(self, name: str, version: str = "") -> Iterator[bytes]:
        with self.in_words(name):
            yield from self.blob(name, version).download_blob().chunks()

    def versions(self, prefix: str) -> Iterator[Entry]:
        with self.in_words():
            for found in self.client.list_blobs(self._prefix + prefix, include=["versions"]):
                version = found.version_id or ""
                yield Entry(
                    found.name[len(self._prefix) :],
                    version,
                    int(found.size),
                    found.last_modified,
                    newest=not version or bool(found.is_current_version),
                )

    def lock_of(self, name: str, version: str) -> Lock | None:
        with self.in_words(name):
            policy = self.blob(name, version).get_blob_properties().immutability_policy
        if not policy or not policy.expiry_time:
            return None
        return Lock(_NAMES.get(str(policy.policy_mode).lower(), ""), policy.expiry_time)

    def extend(self, name: str, version: str, lock: Lock) -> None:
        with self.in_words(name):
            self.blob(name, version).set_immutability_policy(policy_of(lock))

    def delete(self, name: str, version: str) -> None:
        with self.in_words(name):
            self.blob(name, version).delete_blob()

    @cached_property
    def client(self) -> ContainerClient:
        credential: Any = self._credentials.get("sas_token")
        if key := self._credentials.get("account_key"):
            credential = {"account_name": self._account, "account_key": key}
        with self.in_words():
            return ContainerClient(
                self._endpoint,
                self._container,
                credential=credential,
                max_single_get_size=_PORTION,
                max_chunk_get_size=_PORTION,
                connection_timeout=10,
                read_timeout=60,
                retry_total=3,
            )

    def blob(self, name: str, version: str = "") -> BlobClient:
        """The library's own handle of one version, the newest when none is named."""
        return self.client.get_blob_client(self._prefix + name, version_id=version or None)

    @contextmanager
    def in_words(self, name: str = "") -> Iterator[None]:
        """Turn what the library raises into our own errors."""
        try:
            yield
        except ResourceNotFoundError as error:
            if name:
                raise NotThere(self.address, name) from error
            raise StoreRefused(self.address, _code(error)) from error
        except (ServiceRequestError, ServiceResponseError) as error:
            raise StoreUnavailable(self.address, type(error).__name__) from error
        except HttpResponseError as error:
            if (error.status_code or 0) >= 500 or error.status_code == 429:
                raise StoreUnavailable(self.address, _code(error)) from error
            raise StoreRefused(self.address, _code(error)) from error
        except (AzureError, ValueError) as error:
            raise StoreRefused(self.address, type(error).__name__) from error


class _AzureUpload:
    """Blocks that become a blob when they are committed; Azure forgets them after a week if not."""

    def __init__(self, store: AzureStore, name: str, lock: Lock | None) -> None:
        self._store, self._name = store, name
        self._locked: dict[str, Any] = {"immutability_policy": policy_of(lock)} if lock else {}
        self._waiting = bytearray()
        self._blocks: list[BlobBlock] = []

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) >= BLOCK_SIZE:
            self._send(bytes(self._waiting[:BLOCK_SIZE]))
            del self._waiting[:BLOCK_SIZE]

    def finish(self) -> str:
        if self._waiting or not self._blocks:
            self._send(bytes(self._waiting))
        with self._store.in_words(self._name):
            answer = self._store.blob(self._name).commit_block_list(self._blocks, **self._locked)
        return str(answer.get("version_id") or "")

    def abort(self) -> None:
        """Blocks that were not committed are no blob."""

    def _send(self, body: bytes) -> None:
        block_id = b64encode(f"{len(self._blocks):08d}".encode()).decode()
        with self._store.in_words(self._name):
            self._store.blob(self._name).stage_block(block_id, body, validate_content=True)
        self._blocks.append(BlobBlock(block_id))


def policy_of(lock: Lock) -> ImmutabilityPolicy:
    """A lock in Azure's words."""
    return ImmutabilityPolicy(expiry_time=lock.until, policy_mode=_MODES[lock.mode])


def _code(error: HttpResponseError) -> str:
    return str(getattr(error, "error_code", "") or error.status_code or type(error).__name__)
