"""Taking a logo in: whatever was sent is decoded, made small and encoded anew by us.

So nothing of the file survives but its pixels: no script, no metadata, nothing behind the image.
SVG is not taken, because it is a program as much as a picture.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import Image

from apps.core.errors import Invalid

MOST_BYTES: Final = 512 * 1024
# Of a side, before it is made small. Decoded, the largest takes 16 MiB.
MOST_PIXELS: Final = 2000
# Twice what the portal shows, for sharp screens.
_FITS: Final = (480, 96)
_FORMATS: Final = ("PNG", "JPEG")
# What Pillow's decoders raise for files that are broken or made to break them.
_BROKEN: Final = (
    *(OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, OverflowError),
    *(struct.error, zlib.error, Image.DecompressionBombError),
)
_SEEN: Final = 25


@dataclass(frozen=True, slots=True)
class Logo:
    """png: the file. width, height: in pixels. is_light: it needs something dark behind it."""

    png: bytes
    width: int
    height: int
    is_light: bool


def read_logo(file: bytes) -> Logo:
    """A PNG or JPEG file as the logo that it will be. Raises Invalid."""
    if len(file) > MOST_BYTES:
        raise _refused(f"The file has more than {MOST_BYTES // 1024} KiB.", "logo-too-large")
    image = _opened(file)
    if max(image.size) > MOST_PIXELS:
        raise _refused(f"The image has more than {MOST_PIXELS} pixels in a row.", "logo-too-large")
    try:
        small = image.convert("RGBA")
        small.thumbnail(_FITS, Image.Resampling.LANCZOS)
    except _BROKEN:
        raise _refused("The image is broken.", "logo-broken") from None
    # An image of its own, so that nothing that came with the file goes along.
    clean = Image.new("RGBA", small.size)
    clean.paste(small)
    out = io.BytesIO()
    clean.save(out, format="PNG", optimize=True)
    return Logo(out.getvalue(), *clean.size, is_light=_is_light(clean))


def _opened(file: bytes) -> Image.Image:
    """The image with its size, not decoded yet."""
    try:
        return Image.open(io.BytesIO(file), formats=_FORMATS)
    except _BROKEN:
        raise _refused("This is neither a PNG nor a JPEG image.", "logo-type") from None


def _is_light(image: Image.Image) -> bool:
    """Whether what is seen of an image with nothing behind it is light."""
    small = image.resize((32, 32), Image.Resampling.BOX)
    alpha, grey = small.getchannel("A").tobytes(), small.convert("L").tobytes()
    if min(alpha) > 255 - _SEEN:
        return False
    weight = sum(alpha)
    return bool(weight) and sum(a * g for a, g in zip(alpha, grey, strict=True)) / weight > 150


def _refused(message: str, code: str) -> Invalid:
    return Invalid(
        message,
        code=code,
        safe="Nothing was changed.",
        todo=f"Choose a PNG or JPEG image of at most {MOST_BYTES // 1024} KiB and "
        f"{MOST_PIXELS} by {MOST_PIXELS} pixels.",
    )
