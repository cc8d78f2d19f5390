"""Where the address and the token are kept: the environment, or a file for its owner alone."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from apps.client.errors import Exit, Failure, usage

URL = "HOLDFAST_URL"
# The name of the variable, not a secret.
TOKEN = "HOLDFAST_TOKEN"  # noqa: S105
_TOKEN_SHAPE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True)
class SignIn:
    """url: of the installation, without a slash at its end. token: not even repr shows it."""

    url: str
    token: str = field(repr=False)


def file_of(environment: Mapping[str, str]) -> Path:
    """Where it is kept (XDG Base Directory Specification; %APPDATA% on Windows)."""
    if os.name == "nt" and environment.get("APPDATA"):
        base = Path(environment["APPDATA"])
    elif Path(environment.get("XDG_CONFIG_HOME", "")).is_absolute():
        base = Path(environment["XDG_CONFIG_HOME"])
    else:
        base = Path(environment.get("HOME") or Path.home()) / ".config"
    return base / "holdfast" / "sign-in.json"


def sign_in(environment: Mapping[str, str], url: str = "") -> SignIn:
    """Whom to ask, and with what. url: given on the command line.

    A token goes to the address that it was kept or set for, and to no other.
    """
    wanted = url or environment.get(URL, "")
    if token := environment.get(TOKEN, ""):
        if not wanted:
            raise usage(f"{TOKEN} is set, {URL} is not.", todo=f"Set {URL} as well.")
        return SignIn(checked_url(wanted), checked_token(token))
    kept = _read(file_of(environment))
    if kept is None:
        raise _not_signed_in("You are not signed in.")
    if wanted and checked_url(wanted) != kept.url:
        raise _not_signed_in(f"You are signed in to {kept.url}, not to {checked_url(wanted)}.")
    return kept


def keep(environment: Mapping[str, str], found: SignIn) -> Path:
    """Write the file, mode 0600 from its first moment, in the place of the one before."""
    path = file_of(environment)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"url": found.url, "token": found.token}, file)
    new.replace(path)
    return path


def forget(environment: Mapping[str, str]) -> bool:
    """Remove the file; whether there was one."""
    path = file_of(environment)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def checked_url(text: str) -> str:
    """An address that a token may be sent to: https, or this machine. Raises Failure."""
    url = text.strip().rstrip("/")
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if not parts.hostname or parts.query or parts.fragment or parts.username or parts.password:
        raise usage("That is no address of Holdfast.", todo="Give it as https://backup.example.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise usage(
            "The address has to begin with https://, or everybody on the way could read the token."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def checked_token(text: str) -> str:
    """A token without the line's end. Raises Failure for what cannot be one."""
    token = text.strip()
    if not _TOKEN_SHAPE.fullmatch(token):
        raise usage(
            "That is no token.",
            todo="A token begins with hf_ and is one word of letters and digits.",
        )
    return token


def _read(path: Path) -> SignIn | None:
    try:
        with path.open(encoding="utf-8") as file:
            if os.name != "nt" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Failure(
                    f"Others on this machine may read {path}.",
                    Exit.NOT_ALLOWED,
                    code="file-open-to-others",
                    safe="Nothing was sent.",
                    todo=f"Revoke the token in the portal if you do not trust them, then: "
                    f"chmod 600 {path}",
                )
            kept = json.load(file)
            return SignIn(checked_url(kept["url"]), checked_token(kept["token"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _not_signed_in(f"{path} is damaged.") from None


def _not_signed_in(message: str) -> Failure:
    return Failure(
        message,
        Exit.NOT_ALLOWED,
        code="not-signed-in",
        safe="Nothing was sent.",
        todo=f"holdfast login, or set {URL} and {TOKEN}.",
    )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
