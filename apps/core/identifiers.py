"""Ids of our own rows: UUID version 7 (RFC 9562), which grow with time and so index well."""

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUID: 48 bits of milliseconds since 1970, then 74 random bits."""
    value = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    value[6] = 0x70 | value[6] & 0x0F
    value[8] = 0x80 | value[8] & 0x3F
    return UUID(bytes=bytes(value))
