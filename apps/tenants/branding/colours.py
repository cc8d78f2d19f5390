"""From one colour all that a page needs, readable in the light and in the dark.

Contrast as WCAG 2.2 defines it: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final, NamedTuple

from apps.core.errors import Invalid

# Success criterion 1.4.3 for text, 1.4.11 for what marks a control.
READABLE: Final = 4.5
VISIBLE: Final = 3.0
HOLDFASTS: Final = "#1d4f91"
_STEPS: Final = 50
_WRITTEN = re.compile(r"#?([0-9a-f]{6})\Z")


class Colour(NamedTuple):
    """Red, green and blue of sRGB, each from 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


WHITE: Final = Colour(255, 255, 255)
BLACK: Final = Colour(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Surface:
    """What links stand on in a theme: the page, and what differs most from it. ends: black in the
    light and white in the dark, towards which a colour gets more readable."""

    page: Colour
    farthest: Colour
    ends: Colour


# Of Bulma's schemes, and of its rows and boxes that are a little darker or lighter.
LIGHT: Final = Surface(WHITE, Colour(0xEC, 0xEE, 0xF1), BLACK)
DARK: Final = Surface(Colour(0x14, 0x16, 0x1A), Colour(0x26, 0x29, 0x2F), WHITE)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme. brand: the bar on top, with what stands on it, its entries below
    the pointer and of the page that is shown, and the lines around its controls."""

    brand: Colour
    brand_text: Colour
    brand_hover: Colour
    brand_current: Colour
    brand_line: Colour
    link: Colour
    button: Colour
    button_text: Colour
    button_hover: Colour


def parse(text: str) -> Colour:
    """A colour written as "#1d4f91". Raises Invalid."""
    found = _WRITTEN.match(text.strip().lower())
    if found is None:
        raise Invalid(
            "That is no colour.",
            code="branding-colour",
            safe="Nothing was changed.",
            todo="Write it as six hexadecimal digits, like #1d4f91.",
        )
    return Colour(*bytes.fromhex(found[1]))


def palette(brand: Colour, surface: Surface) -> Palette:
    """What a theme is painted with. Everything that is read has a contrast of READABLE at least."""
    text = text_on(brand)
    button = moved(brand, surface.ends, [surface.page], VISIBLE)
    return Palette(
        brand=brand,
        brand_text=text,
        brand_hover=_shade(brand, text, 0.12),
        brand_current=_shade(brand, text, 0.2),
        brand_line=moved(mixed(brand, text, 0.45), text, [brand], VISIBLE),
        link=moved(brand, surface.ends, [surface.page, surface.farthest], READABLE),
        button=button,
        button_text=text_on(button),
        button_hover=_shade(button, text_on(button), 0.15),
    )


def stylesheet(brand: Colour) -> str:
    """The palettes of both themes as CSS; beside the page's, for panels that show one of them."""
    light, dark = (_declared(palette(brand, surface)) for surface in (LIGHT, DARK))
    return (
        f":root, .shown-light {{ {light} }}\n"
        f':root[data-theme="dark"], .shown-dark {{ {dark} }}\n'
        "@media (prefers-color-scheme: dark) {\n"
        f'  :root:not([data-theme="light"]) {{ {dark} }}\n'
        "}\n"
    )


def contrast(one: Colour, other: Colour) -> float:
    """From 1, none, to 21, black and white."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def text_on(colour: Colour) -> Colour:
    """White where it can be read, else black, which then can be: one of the two always has 4.58."""
    return WHITE if contrast(colour, WHITE) >= READABLE else BLACK


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """share: of the other, from 0 to 1."""
    return Colour(*(round(a + (b - a) * share) for a, b in zip(one, other, strict=True)))


def moved(colour: Colour, end: Colour, against: Iterable[Colour], least: float) -> Colour:
    """The colour, as little nearer to an end as it takes for such a contrast against all others."""
    others = list(against)
    for step in range(_STEPS):
        found = mixed(colour, end, step / _STEPS)
        if all(contrast(found, other) >= least for other in others):
            return found
    return end


def _shade(colour: Colour, text: Colour, share: float) -> Colour:
    """A little nearer to the text, or away from it where the text could not be read any more."""
    nearer = mixed(colour, text, share)
    if contrast(nearer, text) >= READABLE:
        return nearer
    return mixed(colour, BLACK if text == WHITE else WHITE, share)


def _declared(painted: Palette) -> str:
    return " ".join(
        f"--hf-{one.name.replace('_', '-')}: {getattr(painted, one.name)};"
        for one in fields(Palette)
    )


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
