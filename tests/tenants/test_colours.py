"""Whatever colour an MSP chooses, everything painted with it can be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import Invalid
from apps.tenants.branding.colours import (
    BLACK,
    DARK,
    LIGHT,
    READABLE,
    VISIBLE,
    WHITE,
    Colour,
    Surface,
    contrast,
    palette,
    parse,
    stylesheet,
)

PART = st.integers(0, 255)
COLOURS = st.builds(Colour, PART, PART, PART)
SURFACES = pytest.mark.parametrize("surface", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_as_the_guidelines_define_it() -> None:
    assert contrast(WHITE, BLACK) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == pytest.approx(1)
    # The grey that is known for being just readable on white.
    assert contrast(Colour(0x76, 0x76, 0x76), WHITE) == pytest.approx(4.54, abs=0.01)


@SURFACES
@given(brand=COLOURS)
def test_every_colour_yields_text_that_can_be_read(surface: Surface, brand: Colour) -> None:
    painted = palette(brand, surface)

    for behind in (painted.brand, painted.brand_hover, painted.brand_current):
        assert contrast(painted.brand_text, behind) >= READABLE
    for behind in (painted.button, painted.button_hover):
        assert contrast(painted.button_text, behind) >= READABLE
    for behind in (surface.page, surface.farthest):
        assert contrast(painted.link, behind) >= READABLE


@SURFACES
@given(brand=COLOURS)
def test_every_colour_yields_controls_that_can_be_seen(surface: Surface, brand: Colour) -> None:
    painted = palette(brand, surface)

    assert contrast(painted.button, surface.page) >= VISIBLE
    assert contrast(painted.brand_line, painted.brand) >= VISIBLE


@SURFACES
@given(brand=COLOURS)
def test_the_bar_has_the_very_colour_and_changes_below_the_pointer(
    surface: Surface, brand: Colour
) -> None:
    painted = palette(brand, surface)

    assert painted.brand == brand
    assert painted.brand_hover != brand
    assert painted.button_hover != painted.button


@given(brand=COLOURS)
def test_a_stylesheet_has_nothing_in_it_but_colours(brand: Colour) -> None:
    text = stylesheet(brand)

    values = re.findall(r"--hf-[a-z-]+: ([^;]+);", text)
    assert len(values) == 3 * 9
    assert all(re.fullmatch("#[0-9a-f]{6}", value) for value in values)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert palette(parse("#1d4f91"), LIGHT).link == parse("1D4F91")


@pytest.mark.parametrize(
    "text", ["", "red", "#12345", "#1234567", "#12345g", "#123456;}", "#123456\n#"]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="no colour"):
        parse(text)
