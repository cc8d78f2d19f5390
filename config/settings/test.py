"""Tests: an embedded PostgreSQL whose data may be lost, keys made for the run."""

from __future__ import annotations

import base64
import os

from config import embedded
from config.settings.base import *  # noqa: F403 - a settings module extends another
from config.settings.base import BASE_DIR, Q_CLUSTER, databases, env

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
SECRET_KEY = "a key for tests alone"  # noqa: S105 - protects nothing
HOLDFAST_KEYS = [base64.b64encode(b"a key-encryption key for tests..").decode()]

if not env.str("DATABASE_URL", default=""):
    _urls = embedded.start(
        BASE_DIR / "var" / "test-postgres", settings=embedded.UNSAFE_BUT_FAST
    ).urls()
    # Workers of pytest-xdist and worker processes of the product inherit the address.
    os.environ["DATABASE_URL"] = _urls.app
    os.environ["DATABASE_OWNER_URL"] = _urls.owner
DATABASES = databases(env.str("DATABASE_URL"), env.str("DATABASE_OWNER_URL"))
DATABASES["default"]["CONN_MAX_AGE"] = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
Q_CLUSTER = {**Q_CLUSTER, "poll": 0.05}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Or every test client would look through all static files when it is made.
WHITENOISE_AUTOREFRESH = True
# Tests make what they show.
HOLDFAST_BRANDING_SECONDS = 0
