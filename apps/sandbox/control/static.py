"""The style sheet of the sandbox's pages."""

from __future__ import annotations

from pathlib import Path

from apps.sandbox.control.errors import ControlError
from apps.sandbox.server.messages import Response

_DIRECTORY = Path(__file__).parent / "assets"
_TYPES = {"sandbox.css": "text/css; charset=utf-8"}


def static_file(name: str) -> Response:
    """One of the files that pages refer to.

    Raises:
        ControlError: 404 for any other name.
    """
    if name not in _TYPES:
        raise ControlError("there is no such file", 404)
    body = (_DIRECTORY / name).read_bytes()
    return Response(200, body, _TYPES[name], [("Cache-Control", "max-age=3600")])
