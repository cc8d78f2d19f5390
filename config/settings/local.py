"""One person's machine: the demo and the operator's first look. PostgreSQL comes along."""

from __future__ import annotations

import base64
import os
import secrets

from config import embedded
from config.settings.base import *  # noqa: F403 - a settings module extends another
from config.settings.base import VAR, databases, env

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("HOLDFAST_HOSTS", default=[])]


def _secret(name: str) -> str:
    """A random value that is made once for this machine and kept for its owner's eyes only."""
    path = VAR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        value = base64.b64encode(secrets.token_bytes(32))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(value)
    return path.read_text().strip()


SECRET_KEY = _secret("django")
HOLDFAST_KEYS = [_secret("holdfast")]

if env.str("DATABASE_URL", default=""):
    DATABASES = databases(
        env.str("DATABASE_URL"),
        env.str("DATABASE_OWNER_URL", default=env.str("DATABASE_URL")),
    )
else:
    _urls = embedded.start(VAR / "postgres").urls()
    DATABASES = databases(_urls.app, _urls.owner)

STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(VAR / "mail")
