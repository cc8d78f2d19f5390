"""Who stands behind an API token, and how much of his rights it carries at this moment."""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from uuid import UUID

from django.db.models import Q

from apps.access import tokens_format
from apps.access.models import ApiToken, User
from apps.access.refused import record_refused
from apps.access.roles import (
    EXPORT,
    MAKE_REPORTS,
    MANAGE_RETENTION,
    REQUEST_RECOVERY,
    TAKE_BACKUPS,
    VIEW_AUDIT,
    VIEW_BACKUPS,
    VIEW_NOTIFICATIONS,
    VIEW_PEOPLE,
)
from apps.core import clock
from apps.core.actor import Actor, Limits
from apps.core.errors import NotAllowed

# All that a token may ever be given. A right that is not named here stays with people: approving,
# and whatever changes people, roles, tokens, sign-in or a tenant's connection.
TOKEN_RIGHTS: Final = (
    VIEW_BACKUPS,
    VIEW_AUDIT,
    TAKE_BACKUPS,
    MAKE_REPORTS,
    EXPORT,
    REQUEST_RECOVERY,
    MANAGE_RETENTION,
    VIEW_PEOPLE,
    VIEW_NOTIFICATIONS,
)

# The last use is written at most this often, so that a busy token costs one write a minute.
USE_NOTED_EVERY: Final = timedelta(minutes=1)
# A program that keeps trying with a dead token must not fill the audit trail.
REFUSAL_RECORDED_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TokenActor:
    """A request's token, its owner, and the owner as the one who acts within the token's limits."""

    token: ApiToken
    user: User
    actor: Actor

    @property
    def limits(self) -> Limits:
        return limits_of(self.token)

    @property
    def is_authenticated(self) -> bool:
        """For Django and its like, which ask it of whoever sends a request."""
        return True


def authenticate(raw: str, address: str, *, request_id: str = "") -> TokenActor | None:
    """The token's owner as an actor, None for a token that does not count, whatever the reason.

    The rights are the owner's own at every use, cut to the token's: a role that he loses is lost to
    the token at once. One query, and one write a minute.
    """
    token = _known(raw)
    if token is None:
        return None
    actor = _actor(token, address, request_id)
    refusal = _why_refused(token, address)
    if refusal:
        _note_refusal(token, actor, refusal)
        return None
    _note_use(token, address)
    return TokenActor(token, token.user, actor)


def believed_before(token_id: UUID, address: str) -> TokenActor | None:
    """As authenticate(), of a token that was believed when something long began; nothing is noted.

    None when it counts no more. One query.
    """
    token = ApiToken.objects.select_related("user").filter(pk=token_id).first()
    if token is None or _why_refused(token, address):
        return None
    return TokenActor(token, token.user, _actor(token, address, ""))


def limits_of(token: ApiToken) -> Limits:
    """What the token allows at most, never more than tokens may have at all."""
    tenants = None if token.tenant_ids is None else frozenset(token.tenant_ids)
    return Limits(tenant_ids=tenants, rights=frozenset(token.rights) & frozenset(TOKEN_RIGHTS))


def _known(raw: str) -> ApiToken | None:
    if not tokens_format.is_well_formed(raw):
        return None
    digest = tokens_format.digest_of(raw)
    return ApiToken.objects.select_related("user").filter(digest=digest).first()


def _actor(token: ApiToken, address: str, request_id: str) -> Actor:
    return Actor(
        kind="user",
        user_id=token.user_id,
        name=token.user.name,
        address=address,
        request_id=request_id,
        via=f"api-token {token.prefix}…",
        limits=limits_of(token),
        token_id=token.pk,
    )


def why_dead(token: ApiToken) -> str:
    """A code for why the token counts nowhere any more, "" while it does."""
    if not token.user.is_active:
        return "token-owner-inactive"
    return "" if token.state == "active" else f"token-{token.state}"


def _why_refused(token: ApiToken, address: str) -> str:
    if reason := why_dead(token):
        return reason
    return "" if _is_within(token.networks, address) else "token-wrong-address"


def _is_within(networks: list[str], address: str) -> bool:
    if not networks:
        return True
    from_where = _parsed(address)
    return from_where is not None and any(from_where in ip_network(network) for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    """The address; an IPv4 one that came by IPv6 (::ffff:192.0.2.1) as what it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _note_use(token: ApiToken, address: str) -> None:
    now = clock.now()
    due = now - USE_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > due:
        return
    is_due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=due)
    from_where = _parsed(address)
    ApiToken.objects.filter(is_due, pk=token.pk).update(
        last_used_at=now, last_used_address=str(from_where) if from_where else None
    )


def _note_refusal(token: ApiToken, actor: Actor, code: str) -> None:
    now = clock.now()
    is_due = Q(refused_at__isnull=True) | Q(refused_at__lte=now - REFUSAL_RECORDED_EVERY)
    if ApiToken.objects.filter(is_due, pk=token.pk).update(refused_at=now):
        refusal = NotAllowed("An API token was turned away.", code=code)
        record_refused(actor=actor, error=refusal, route="api")
