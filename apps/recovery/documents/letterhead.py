"""Whose document it is: the name, logo and colour of the MSP on top of the first page."""

from __future__ import annotations

import io
from typing import Final
from uuid import UUID

from apps.recovery.documents.sheet import Sheet
from apps.tenants.branding import colours
from apps.tenants.branding.brands import Brand, brand_of, logo_file

# In millimetres.
_HEIGHT: Final = 9.0
_WIDEST: Final = 45.0
_RULE: Final = 0.6
# Behind a logo that white paper would swallow.
_DARK: Final = (27, 31, 38)


def write_letterhead(sheet: Sheet, msp_id: UUID) -> None:
    """Put it on a sheet that has nothing on it yet."""
    brand = brand_of(msp_id)
    left, top, right = sheet.l_margin, sheet.get_y(), sheet.w - sheet.r_margin
    _draw_logo(sheet, brand, right, top)
    sheet.set_xy(left, top)
    sheet.set_font("noto", size=11)
    sheet.cell(w=sheet.epw - _WIDEST, h=_HEIGHT, text=sheet.fit(brand.msp_name))
    under = top + _HEIGHT + 2
    sheet.set_draw_color(*colours.parse(brand.colour or colours.HOLDFASTS))
    sheet.set_line_width(_RULE)
    sheet.line(left, under, right, under)
    sheet.set_draw_color(0)
    sheet.set_xy(left, under + 3)


def _draw_logo(sheet: Sheet, brand: Brand, right: float, top: float) -> None:
    """At the right margin, as large as the line allows."""
    file = logo_file(brand.logo_id) if brand.logo_id else None
    if file is None:
        return
    scale = min(_HEIGHT / brand.logo_height, _WIDEST / brand.logo_width)
    width, height = brand.logo_width * scale, brand.logo_height * scale
    place = (right - width, top + (_HEIGHT - height) / 2, width, height)
    if brand.logo_is_light:
        sheet.set_fill_color(*_DARK)
        sheet.rect(*place, style="F")
    sheet.image(io.BytesIO(file), *place, alt_text=sheet.fit(brand.msp_name))
