"""The look of MSP North: what its customers' administrators see in place of Holdfast's own."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw

from apps.access.branding.services import Look, set_branding, set_logo
from apps.access.models import User
from apps.core.scope import no_scope
from apps.tenants.models import MSP

NORTH: Final = Look(
    portal_name="North Directory Vault",
    sign_in_name="north",
    colour="#0b5c58",
    sender_name="MSP North",
    support_email="help@msp-north.example",
    support_phone="+44 20 7946 0018",
)
# Drawn larger than it is kept, so that its edges become smooth.
_SIDE: Final = 480
_KEPT: Final = 120
_LIGHT, _DARK, _GROUND = "#ffffff", "#bfe3dc", "#083f3d"


@no_scope("the demo fills an empty installation")
def dress(msp: MSP, manager: User) -> None:
    """Give an MSP the look of MSP North, with its logo."""
    actor = manager.as_actor()
    set_branding(actor=actor, msp=msp, look=NORTH)
    set_logo(actor=actor, msp=msp, file=compass())


def compass() -> bytes:
    """A needle that points north, as a PNG image."""
    image = Image.new("RGBA", (_SIDE, _SIDE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, _SIDE - 8, _SIDE - 8), fill=_GROUND)
    draw.ellipse((44, 44, _SIDE - 44, _SIDE - 44), outline=_DARK, width=14)
    middle, half = _SIDE // 2, 62
    north, south = (middle, 78), (middle, _SIDE - 78)
    west, east = (middle - half, middle), (middle + half, middle)
    draw.polygon((north, east, west), fill=_LIGHT)
    draw.polygon((south, east, west), fill=_DARK)
    draw.ellipse((middle - 20, middle - 20, middle + 20, middle + 20), fill=_GROUND)
    out = io.BytesIO()
    image.resize((_KEPT, _KEPT), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
