"""django-allauth by Holdfast's rules: limits, the audit trail, the outbox, sessions, policies."""

from typing import Any
from urllib.parse import urljoin

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.branding.selectors import msp_for_mail_to
from apps.access.models import User
from apps.access.signals import mail_wanted
from apps.access.signin import devices, factors, limits, policies, sessions, trail
from apps.access.signin.requests import address_of
from apps.access.signin.step_up import safe_path
from apps.core.languages import choosing
from apps.tenants.branding.brands import brand_of


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """What allauth asks its project."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "This e-mail address and password do not belong together."
        ),
        "account_inactive": gettext_lazy(
            "This e-mail address and password do not belong together."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        # The pages that need it are behind apps.access.signin.step_up.
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "0.0.0.0"  # noqa: S104 - no address at all

    def is_safe_url(self, url: str) -> bool:
        return bool(url and safe_path(url))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("portal:account")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person whose password this is, or None. Raises ValidationError at a limit."""
        email = str(credentials.get("email", ""))
        account = User.objects.filter(email__iexact=email.strip()).first()
        buckets = limits.for_password(
            account=email,
            address=address_of(request),
            device=devices.device_of(request, account),
        )
        refuse_at_limit(request, account, buckets)
        AuthenticationBackend.unstash_authenticated_user()
        user = authenticate(request, **credentials)
        # Somebody whose account is closed is told so little later, where allauth looks at it.
        user = user or AuthenticationBackend.unstash_authenticated_user()
        if not isinstance(user, User):
            trail.record_failure(request, account, "sign_in.failed", method="password")
            return None
        limits.give_back(buckets)
        return user

    @transaction.atomic
    def logout(self, request: HttpRequest) -> None:
        """Sign out here; the session is gone from the list of sessions too."""
        user, key = request.user, request.session.session_key
        super().logout(request)
        if isinstance(user, User):
            sessions.end(UserSession.objects.filter(user=user, session_key=key))
            trail.record(request, user, "sign_in.signed_out")

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        refusal: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if refusal is None and not policies.allows_local(user):
            messages.error(request, _("Your organisation wants you to sign in with Microsoft."))
            trail.record_failure(request, user, "sign_in.failed", method="local-is-off")
            refusal = HttpResponseRedirect(reverse("account_login"))
        return refusal

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, self.error_messages["account_inactive"])
        trail.record_failure(request, user, "sign_in.failed", method="closed-account")
        return HttpResponseRedirect(reverse("account_login"))

    @transaction.atomic
    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        has_factor = factors.has_second_factor(user)
        sessions.begin(request.session, through="local", confirmed=True, has_factor=has_factor)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        devices.remember(request, response, user)
        trail.record(request, user, "sign_in.succeeded", method=_method(request, user))
        return response

    @transaction.atomic
    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        if request := allauth_context.request:
            trail.record(request, user, "password.changed")

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return urljoin(str(settings.HOLDFAST_BASE_URL), path.replace("UID-KEY", key))

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        has_one = user.has_usable_password() and policies.allows_local(user)
        name = "password_reset_key" if has_one else "password_elsewhere"
        self.send_mail(f"account/email/{name}", email, context)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    @transaction.atomic
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put a mail into the outbox, made of two templates of plain text."""
        known = {
            **context,
            "email": email,
            "base_url": settings.HOLDFAST_BASE_URL,
            "portal_name": brand_of(msp_for_mail_to(email)).portal_name,
        }
        with choosing.reading(_language_of(email)):
            subject = render_to_string(f"{template_prefix}_subject.txt", known)
            text = render_to_string(f"{template_prefix}_message.txt", known)
        mail_wanted.send(sender=User, to=email, subject=subject, text=text.strip() + "\n")


def _language_of(email: str) -> str:
    """The language of the account with this address; of who asks where there is none."""
    known = User.objects.filter(email__iexact=email).values_list("language", flat=True)
    return known.first() or choosing.language_now()


def refuse_at_limit(
    request: HttpRequest, account: User | None, buckets: tuple[limits.Bucket, ...]
) -> None:
    """Count a try; raise ValidationError, and record the lock once, when there were too many."""
    try:
        limits.take(buckets)
    except limits.TooManyTries as held:
        if held.first_time:
            trail.record_failure(
                request, account, "sign_in.locked", seconds=round(held.retry_after or 0)
            )
        raise ValidationError(choosing.explained(held), code="too_many_login_attempts") from None


def _method(request: HttpRequest, user: User) -> str:
    """How the person proved who he is: "password+totp", "webauthn", ..."""
    records = get_authentication_records(request, user)
    return "+".join(str(record.get("type") or record["method"]) for record in records)
