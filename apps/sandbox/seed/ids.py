"""Identifiers that the same arguments always give again."""

import hashlib
from random import Random


def stream(*parts: object) -> Random:
    """A random source of its own for one purpose, so that drawing more there moves nothing here."""
    return Random("/".join(str(part) for part in parts))


def guid(number: int) -> str:
    """128 bits as the text of a version 4 GUID."""
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def named_guid(*parts: object) -> str:
    """The GUID of a thing known by name: it stays the same whatever else is seeded beside it."""
    name = "/".join(str(part) for part in parts)
    return guid(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big"))


def named_token(*parts: object) -> str:
    """A 43-character id in the form Graph gives to grants and app role assignments."""
    name = "/".join(str(part) for part in parts)
    digits = hashlib.sha256(name.encode()).digest()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return "".join(alphabet[byte & 63] for byte in digits + digits[:11])


def name_identity(principal_name: str) -> dict[str, str | None]:
    """The entry of `identities` that a user principal name stands for."""
    return {
        "signInType": "userPrincipalName",
        "issuer": principal_name.rpartition("@")[2],
        "issuerAssignedId": principal_name,
    }


def security_identifier(object_id: str) -> str:
    """The cloud SID of a directory object: `S-1-12-1-` and the GUID as four little-endian words."""
    first, second, third, fourth, fifth = object_id.split("-")
    tail = bytes.fromhex(fourth + fifth)
    words = (
        int(first, 16),
        int(second, 16) | int(third, 16) << 16,
        int.from_bytes(tail[:4], "little"),
        int.from_bytes(tail[4:], "little"),
    )
    return "S-1-12-1-{}-{}-{}-{}".format(*words)
