"""For real. Every value without a default must be set, or the process does not start.

See deploy/holdfast.env.example for what each one is.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403 - a settings module extends another
from config.settings.base import HOLDFAST_BASE_URL, HOLDFAST_GRAPH_TIME_SCALE, databases, env

SECRET_KEY = env.str("SECRET_KEY")
# Key-encryption keys, 32 bytes in base64, the current one first.
HOLDFAST_KEYS: list[str] = env.str("HOLDFAST_KEYS").replace(",", " ").split()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
DATABASES = databases(
    env.str("DATABASE_URL"), env.str("DATABASE_OWNER_URL", default=env.str("DATABASE_URL"))
)

_base = urlsplit(HOLDFAST_BASE_URL)
if _base.scheme != "https":
    raise ImproperlyConfigured(
        f"HOLDFAST_BASE_URL must be the portal's https address, not {HOLDFAST_BASE_URL!r}: "
        "sign-in cookies and Microsoft's consent redirect need TLS."
    )
if HOLDFAST_GRAPH_TIME_SCALE != 1:
    raise ImproperlyConfigured("HOLDFAST_GRAPH_TIME_SCALE is for the sandbox; leave it unset here.")

# TLS ends at the proxy, which must set X-Forwarded-Proto itself and drop what clients send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
HOLDFAST_TRUSTED_PROXIES = env.list("HOLDFAST_TRUSTED_PROXIES", default=["127.0.0.1", "::1"])
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_TRUSTED_ORIGINS = [f"{_base.scheme}://{_base.netloc}"]

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

EMAIL_CONFIG = env.email("EMAIL_URL")
vars().update(EMAIL_CONFIG)
