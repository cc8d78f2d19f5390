"""Logos: made small and encoded anew, and whatever is no plain image is refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from apps.core.errors import Invalid
from apps.tenants.branding.logos import MOST_BYTES, read_logo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def picture(
    form: str = "PNG",
    size: tuple[int, int] = (600, 200),
    colour: tuple[int, ...] = (20, 80, 160, 255),
    **options: object,
) -> bytes:
    image = Image.new("RGBA", size, colour)
    out = io.BytesIO()
    (image.convert("RGB") if form == "JPEG" else image).save(out, form, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_an_image_becomes_a_small_png_of_ours(form: str) -> None:
    logo = read_logo(picture(form))

    assert logo.png.startswith(b"\x89PNG")
    assert (logo.width, logo.height) == (288, 96)
    assert Image.open(io.BytesIO(logo.png)).size == (288, 96)


def test_nothing_but_the_pixels_survives() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "<script>alert(1)</script>")
    file = picture(pnginfo=told, icc_profile=b"profile" * 50) + b"<?php evil(); ?>" + SVG

    logo = read_logo(file)

    assert b"script" not in logo.png
    assert b"php" not in logo.png
    assert Image.open(io.BytesIO(logo.png)).info == {}


@pytest.mark.parametrize(
    "file",
    [
        SVG,
        b'<?xml version="1.0"?>' + SVG,
        b"GIF89a" + bytes(40),
        picture("WEBP"),
        picture("TIFF"),
        picture("BMP"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"%PDF-1.7\n",
        b"",
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["svg", "svg-xml", "gif", "webp", "tiff", "bmp", "eps", "pdf", "nothing", "bare"],
)
def test_other_sorts_of_files_are_refused(file: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        read_logo(file)

    assert refusal.value.code == "logo-type"


def test_a_large_file_is_refused_unread() -> None:
    with pytest.raises(Invalid) as refusal:
        read_logo(picture() + bytes(MOST_BYTES))

    assert refusal.value.code == "logo-too-large"


@pytest.mark.parametrize("size", [(2001, 1), (1, 2001), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_of_pixels_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    bomb = png(*size, chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9)))

    with pytest.raises(Invalid) as refusal:
        read_logo(bomb)

    assert refusal.value.code in ("logo-too-large", "logo-type")


def test_a_bomb_of_text_is_refused() -> None:
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(60_000_000), 9))

    with pytest.raises(Invalid):
        read_logo(png(10, 10, bomb, chunk(b"IDAT", zlib.compress(bytes(410)))))


def test_a_file_that_ends_too_early_is_refused() -> None:
    # Noise, so that its pixels fill the file.
    noise = Image.effect_noise((300, 100), 90)
    out = io.BytesIO()
    noise.save(out, "PNG")

    with pytest.raises(Invalid) as refusal:
        read_logo(out.getvalue()[:5000])

    assert refusal.value.code == "logo-broken"


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
@given(data=st.data())
def test_a_damaged_file_is_an_image_or_refused_and_nothing_else(
    form: str, data: st.DataObject
) -> None:
    file = bytearray(picture(form, size=(40, 20)))
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(file) - 1))
        file[place] = data.draw(st.integers(0, 255))

    try:
        logo = read_logo(bytes(file))
    except Invalid:
        return
    assert logo.png.startswith(b"\x89PNG")


def test_a_light_logo_without_a_background_is_known() -> None:
    white = Image.new("RGBA", (100, 50), (0, 0, 0, 0))
    white.paste((255, 255, 255, 255), (10, 10, 60, 40))
    out = io.BytesIO()
    white.save(out, "PNG")

    assert read_logo(out.getvalue()).is_light
    assert not read_logo(picture(colour=(255, 255, 255, 255))).is_light
    assert not read_logo(picture(colour=(10, 10, 10, 120))).is_light
