"""Printed documents say on top whose they are."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from apps.access.branding.services import Look, set_branding, set_logo
from apps.recovery.documents.letterhead import write_letterhead
from apps.recovery.documents.sheet import Sheet
from tests.factories import Cast, actor_of, make_cast

LOGO_SIZES = pytest.mark.parametrize("size", [(480, 40), (40, 96), (1, 1)])


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def sheet() -> Sheet:
    return Sheet(title="Recovery plan", footer_text="Recovery plan")


@LOGO_SIZES
def test_an_msps_logo_and_colour_are_on_its_documents_alone(
    cast: Cast, size: tuple[int, int]
) -> None:
    out = io.BytesIO()
    Image.new("RGBA", size, (255, 255, 255, 90)).save(out, "PNG")
    alice = actor_of(cast.alice)
    set_branding(actor=alice, msp=cast.north, look=Look(colour="#aa3300"))
    set_logo(actor=alice, msp=cast.north, file=out.getvalue())
    north, south = sheet(), sheet()

    write_letterhead(north, cast.north.pk)
    write_letterhead(south, cast.south.pk)

    assert len(north.image_cache.images) == 1
    assert len(south.image_cache.images) == 0
    # Both go on below the line, at the same place.
    assert (north.x, north.y) == (south.x, south.y)
    assert north.y < 40
    assert bytes(north.output()).startswith(b"%PDF")
