"""Reading API tokens: a person's own, and those that reach what one manages."""

from uuid import UUID

from django.db.models import QuerySet

from apps.access.models import ApiToken, User
from apps.core.errors import NotFound


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's tokens, newest first, the dead ones too."""
    return ApiToken.objects.filter(user=user).order_by("-created_at", "-id")


def access_token(user: User, token_id: UUID) -> ApiToken:
    """One of the person's own tokens. Raises NotFound for any other."""
    found = tokens_of(user).select_related("user").filter(pk=token_id).first()
    if found is None:
        raise NotFound("There is no such token.", code="no-such-token")
    return found
