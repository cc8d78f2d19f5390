"""Known devices: browsers that a person has signed in from, recognised by a cookie."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from apps.access.models import KnownDevice, User
from apps.access.signals import mail_wanted
from apps.access.signin import trail
from apps.access.signin.requests import address_of, browser_of, cookie_name
from apps.core import clock, digests
from apps.core.languages import choosing

_LIFETIME = timedelta(days=180)
_MAIL = gettext_noop("""\
Hello {name},

somebody signed in to your Holdfast account from a device that was not used for it before:

  {device}
  address {address}
  {at} UTC

If that was you, there is nothing to do. If not, change your password, end the other sessions and
look at your passkeys and codes at once: {url}
""")


def device_of(request: HttpRequest, user: User | None) -> str:
    """A name for the browser, if it is known to be this person's; "" otherwise. One query."""
    digest = _digest(request)
    if user is None or digest is None:
        return ""
    known = KnownDevice.objects.filter(
        user=user, digest=digest, last_used_at__gt=clock.now() - _LIFETIME
    )
    return digest.hex() if known.exists() else ""


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Note the browser as the person's, tell him by mail if it is a new one, set its cookie.

    In the transaction of the sign-in. The first device of an account is no news.
    """
    token = request.COOKIES.get(cookie_name("device"), "") or secrets.token_urlsafe(32)
    digest = digests.sha256(token.encode())
    label = browser_of(request.headers.get("User-Agent", ""))
    is_first = not KnownDevice.objects.filter(user=user).exists()
    _, is_new = KnownDevice.objects.update_or_create(
        user=user, digest=digest, defaults={"label": label, "last_used_at": clock.now()}
    )
    if is_new and not is_first:
        _announce(request, user, label)
    response.set_cookie(
        cookie_name("device"),
        token,
        max_age=int(_LIFETIME.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _digest(request: HttpRequest) -> bytes | None:
    token = request.COOKIES.get(cookie_name("device"), "")
    return digests.sha256(token.encode()) if token else None


def _announce(request: HttpRequest, user: User, label: str) -> None:
    with choosing.reading(user.language):
        text = gettext(_MAIL).format(
            name=user.name,
            device=label,
            address=address_of(request),
            at=date_format(clock.now(), gettext("j F Y H:i")),
            url=f"{settings.HOLDFAST_BASE_URL}/account/",
        )
        subject = gettext("New device at your account")
    mail_wanted.send(sender=KnownDevice, to=user.email, subject=subject, text=text)
    trail.record(request, user, "sign_in.new_device", device=label)
