"""What an API token looks like: `hf_`, 40 random characters, six that check them.

A secret scanner finds it by `hf_[0-9A-Za-z]{46}` and settles by the checksum whether it is one of
ours without asking anybody (the checksum is the CRC-32 of the random part in base 62).
"""

import hashlib
import re
import secrets
import string
import zlib
from typing import Final

PREFIX: Final = "hf_"
ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH: Final = 40
CHECK_LENGTH: Final = 6
SHOWN_LENGTH: Final = 11
_SHAPE: Final = re.compile(rf"{PREFIX}([0-9A-Za-z]{{{RANDOM_LENGTH}}})([0-9A-Za-z]{{6}})")


def new_secret() -> str:
    """A fresh token of 238 random bits."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return PREFIX + random + _check(random)


def is_well_formed(raw: str) -> bool:
    """Whether it has the shape and the checksum of a token; says nothing of whether it is valid."""
    found = _SHAPE.fullmatch(raw)
    return found is not None and found[2] == _check(found[1])


def shown_part(raw: str) -> str:
    """The beginning, which may be shown: enough to tell tokens apart, nothing to guess from."""
    return raw[:SHOWN_LENGTH]


def digest_of(raw: str) -> bytes:
    """What is kept of a token.

    A plain SHA-256: slow hashes such as argon2 make guessable secrets dear to guess. Nobody can try
    2^238 values however cheap each is, and every request of the API would pay for the slowness.
    """
    return hashlib.sha256(raw.encode()).digest()


def _check(random: str) -> str:
    number = zlib.crc32(random.encode())
    digits = []
    for _ in range(CHECK_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[place])
    return "".join(reversed(digits))
