"""Where files are taken in, from somebody who is signed in: a ZIP file to import, and a logo.

Everywhere else a request that brings a file is refused before anything of it is written.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from apps.tenants.branding.logos import MOST_BYTES

IMPORT: Final = "portal:create-import"
LOGO: Final = "portal:set-logo"
# Of what stands around a file in a form.
_FORM: Final = 16 * 1024
# Where a request keeps that its file was too large; the page says so.
TOO_LARGE: Final = "upload_too_large"


class ImportUpload(TemporaryFileUploadHandler):
    """Writes the file to a temporary one, up to what the page takes."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 - Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self._too_large = content_length > _most_on(_route(self.request))
        if self._too_large:
            setattr(self.request, TOO_LARGE, True)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if not _may_upload(self.request):
            raise SuspiciousOperation("a file was sent to a page that takes none")
        if self._too_large:
            raise SkipFile
        super().new_file(*args, **kwargs)


def most_bytes() -> int:
    """How large a file to import may be."""
    return int(settings.HOLDFAST_IMPORT_MIB) * 1024 * 1024


def _most_on(route: str) -> int:
    return MOST_BYTES + _FORM if route == LOGO else most_bytes()


def _may_upload(request: Any) -> bool:
    """Before any view runs: the file is read when the form's token is checked."""
    user = getattr(request, "user", None)
    return _route(request) in (IMPORT, LOGO) and bool(user and user.is_authenticated)


def _route(request: Any) -> str:
    match = getattr(request, "resolver_match", None)
    return str(match.view_name) if match else ""
