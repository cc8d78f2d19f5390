"""For tools that read the settings without running the product: type checks and collectstatic."""

from __future__ import annotations

from config.settings.base import *  # noqa: F403 - a settings module extends another
from config.settings.base import databases

SECRET_KEY = "unused"  # noqa: S105 - nothing is signed
HOLDFAST_KEYS: list[str] = []
DATABASES = databases("postgres://unused@localhost/unused", "postgres://unused@localhost/unused")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
