"""Stores behind one interface, each found by its address.

s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME   Amazon S3, or what speaks its language
azure://ACCOUNT/CONTAINER/PREFIX?endpoint=https://HOST  Azure Blob Storage
file:///PATH                                            a folder

endpoint and region may be left out. Credentials are never a part of an address.
"""

from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from apps.core.errors import Invalid
from apps.history.offsite.stores.base import Entry, Lock, Protection, Store, Upload

__all__ = ["Entry", "Lock", "Protection", "Store", "Upload", "check_address", "open_store"]

_PARAMETERS = {
    "s3": frozenset({"endpoint", "region"}),
    "azure": frozenset({"endpoint"}),
    "file": frozenset[str](),
}


def check_address(address: str) -> str:
    """The address without blanks. Raises Invalid for one that leads nowhere."""
    address = address.strip()
    parts = urlsplit(address)
    if parts.scheme not in _PARAMETERS:
        raise _bad("It begins with s3://, azure:// or file:///.")
    if parts.username or parts.password or parts.fragment:
        raise _bad("Credentials are not a part of it.")
    if unknown := dict(parse_qsl(parts.query)).keys() - _PARAMETERS[parts.scheme]:
        raise _bad(f"It has a parameter that means nothing: {', '.join(sorted(unknown))}.")
    if parts.scheme == "file" and (parts.netloc or not parts.path.startswith("/")):
        raise _bad("A folder is named by its whole path: file:///PATH.")
    if parts.scheme != "file" and not parts.netloc:
        raise _bad("It lacks the bucket or account.")
    if parts.scheme == "azure" and not parts.path.strip("/"):
        raise _bad("It lacks the container.")
    return address


def open_store(address: str, credentials: dict[str, str]) -> Store:
    """The store at an address. Nothing is asked of it yet. Raises Invalid.

    credentials: for S3 access_key_id and secret_access_key, for Azure account_key or sas_token;
    nothing for a folder, and for S3 where the host has its own.
    """
    parts = urlsplit(check_address(address))
    if parts.scheme == "file":
        # Imported where they are needed: boto3 alone takes a third of a second.
        from apps.history.offsite.stores.folder import FolderStore

        return FolderStore(Path(unquote(parts.path)))
    if parts.scheme == "s3":
        from apps.history.offsite.stores.s3 import S3Store

        return S3Store(
            bucket=parts.netloc,
            prefix=_prefix(parts.path),
            address=address,
            endpoint=_parameter(parts, "endpoint"),
            region=_parameter(parts, "region"),
            credentials=credentials,
        )
    from apps.history.offsite.stores.azure import AzureStore

    container, _, prefix = parts.path.strip("/").partition("/")
    return AzureStore(
        account=parts.netloc,
        container=container,
        prefix=_prefix(prefix),
        address=address,
        endpoint=_parameter(parts, "endpoint"),
        credentials=credentials,
    )


def _prefix(path: str) -> str:
    inner = path.strip("/")
    return f"{inner}/" if inner else ""


def _parameter(parts: SplitResult, name: str) -> str:
    return dict(parse_qsl(parts.query)).get(name, "")


def _bad(why: str) -> Invalid:
    return Invalid(
        f"This is no address of an off-site store. {why}",
        code="offsite-address",
        safe="Nothing was changed.",
        todo="docs/operations.md shows addresses of each sort.",
    )
