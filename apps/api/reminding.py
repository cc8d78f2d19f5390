"""Telling owners that a token of theirs is about to expire, while there is time to make another."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from apps.access.models import ApiToken
from apps.core import clock
from apps.notify import personal

BEFORE = timedelta(days=7)

_TEXT = """The API token {name} ({prefix}…) expires on {day}. What uses it stops working then.

If it is still needed, make a new one, give it to the program and revoke the old one:
{address}
"""


def remind_of_expiring_tokens() -> int:
    """Mail every owner of a token that expires within a week, once; how many mails.

    A token made for less than two weeks is told of when half its time is over.
    """
    now = clock.now()
    due = ApiToken.objects.filter(
        expires_at__gt=now,
        expires_at__lte=now + BEFORE,
        revoked_at__isnull=True,
        reminded_at__isnull=True,
        user__is_active=True,
    ).select_related("user")
    return sum(_remind(token) for token in due if _half_is_over(token))


def _half_is_over(token: ApiToken) -> bool:
    return clock.now() - token.created_at >= (token.expires_at - token.created_at) / 2


@transaction.atomic
def _remind(token: ApiToken) -> bool:
    """Whether this process is the one that tells."""
    waiting = ApiToken.objects.filter(pk=token.pk, reminded_at__isnull=True)
    if not waiting.update(reminded_at=clock.now()):
        return False
    personal.queue(
        to=token.user.email,
        subject=f"Your Holdfast API token {token.name} expires soon",
        text=_TEXT.format(
            name=token.name,
            prefix=token.prefix,
            day=f"{token.expires_at:%-d %B %Y}",
            address=f"{settings.HOLDFAST_BASE_URL}/account/tokens/",
        ),
        language=token.user.language,
    )
    return True
