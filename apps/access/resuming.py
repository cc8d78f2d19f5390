"""The one who acts, again: an act that a person asked for goes on in another process, as a job."""

from uuid import UUID

from apps.access.models import ApiToken, User
from apps.access.tokens import limits_of, why_dead
from apps.core.actor import SYSTEM, Actor, Limits
from apps.core.errors import NotAllowed

NOTHING = Limits(tenant_ids=frozenset(), rights=frozenset())


def actor_again(
    *, kind: str, user_id: UUID | None, os_user: str, request_id: str, token_id: UUID | None
) -> Actor:
    """The actor from what was kept of him, within what his way of acting allows at this moment.

    token_id: of the API token that asked, None when a person did so himself. What the token lost
    since is lost to the job; of one that is not there any more nothing is left.
    """
    if kind == "system":
        return SYSTEM
    user = User.objects.filter(pk=user_id).first() if user_id else None
    token = ApiToken.objects.filter(pk=token_id).first() if token_id else None
    limits = limits_of(token) if token else NOTHING
    return Actor(
        kind="console" if kind == "console" else "user",
        user_id=user_id,
        name=user.name if user else "",
        os_user=os_user,
        request_id=request_id,
        via=f"job of api-token {token.prefix}…" if token else "job",
        limits=limits if token_id else None,
        token_id=token_id,
    )


def require_token_alive(actor: Actor) -> None:
    """Raise NotAllowed when the actor's API token has expired or was revoked since."""
    if actor.token_id is None:
        return
    token = ApiToken.objects.select_related("user").filter(pk=actor.token_id).first()
    reason = why_dead(token) if token else "token-gone"
    if reason:
        raise NotAllowed(
            "The API token that asked for this does not work any more.",
            code=reason,
            safe="Nothing more was done for it.",
            todo="Ask again with a token that works, or in the portal.",
        )
