"""Making and revoking API tokens."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.access import rights, selectors, tokens_format
from apps.access.models import ApiToken, Membership, User
from apps.access.tokens import TOKEN_RIGHTS
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor, Limits
from apps.core.errors import Conflict, HoldfastError, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.core.scope import person as asked_by
from apps.tenants.models import Tenant

DEFAULT_DAYS: Final = 90
LONGEST_DAYS: Final = 365
MOST_TOKENS: Final = 50
MOST_NETWORKS: Final = 20


@transaction.atomic
def create_token(
    *,
    actor: Actor,
    name: str,
    token_rights: Collection[str],
    tenant_ids: Collection[UUID] | None = None,
    days: int = DEFAULT_DAYS,
    networks: Sequence[str] = (),
) -> tuple[ApiToken, str]:
    """Make a token that acts for the actor; the second value is the secret, which is not kept.

    token_rights: out of TOKEN_RIGHTS, and only what the actor has somewhere. tenant_ids: tenants
    of his, None for all that he has at any time. days: until it expires, at most a year. networks:
    address ranges in CIDR notation it may be used from, none for anywhere.

    Raises NotAllowed unless a person acts himself, NotFound for a tenant that is not his, Invalid,
    Conflict when he has too many.
    """
    owner = _person(actor)
    _check(name, days)
    with asked_by(owner.pk):
        wanted = _rights_of(owner, token_rights)
        limited_to = None if tenant_ids is None else _tenants_of(owner, tenant_ids)
    secret = tokens_format.new_secret()
    now = clock.now()
    token = ApiToken.objects.create(
        user=owner,
        name=name.strip(),
        prefix=tokens_format.shown_part(secret),
        digest=tokens_format.digest_of(secret),
        tenant_ids=limited_to,
        rights=wanted,
        networks=_networks(networks),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    _record(
        actor,
        "token.created",
        token,
        rights=wanted,
        tenants="all" if limited_to is None else len(limited_to),
        expires_at=token.expires_at.isoformat(),
    )
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token: ApiToken) -> None:
    """End a token for good. Its owner may, and who manages the side that its owner is on.

    Raises NotFound for anybody else, NotAllowed, Conflict when it was revoked before.
    """
    _refuse_tokens(actor)
    if actor.user_id != token.user_id:
        _require_manager_of(actor, token.user)
    revoked = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(
        revoked_at=clock.now(), revoked_by_id=actor.user_id
    )
    if not revoked:
        raise Conflict(
            "This token was revoked before.", code="token-revoked", safe="It opens nothing."
        )
    _record(actor, "token.revoked", token)
    token.refresh_from_db()


def _person(actor: Actor) -> User:
    _refuse_tokens(actor)
    known = User.objects.filter(is_active=True)
    owner = known.filter(pk=actor.user_id).first() if actor.user_id else None
    if owner is None:
        raise NotAllowed("Only a person can have a token.", code="needs-a-person")
    alive = ApiToken.objects.filter(revoked_at__isnull=True, expires_at__gt=clock.now())
    if alive.filter(user=owner).count() >= MOST_TOKENS:
        raise Conflict(
            f"You have {MOST_TOKENS} tokens already.",
            code="too-many-tokens",
            todo="Revoke those that are not needed any more.",
        )
    return owner


def _refuse_tokens(actor: Actor) -> None:
    if actor.limits is not None:
        raise NotAllowed(
            "A token makes and ends no tokens.",
            code="needs-a-person",
            safe="Nothing was changed.",
            todo="Sign in to the portal.",
        )


def _check(name: str, days: int) -> None:
    if not name.strip() or len(name.strip()) > 100:
        raise Invalid(
            "A token needs a name of at most 100 characters.",
            code="token-name",
            todo="Name what will use it.",
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"A token lasts from 1 to {LONGEST_DAYS} days.", code="token-lifetime")


def _rights_of(owner: User, wanted: Collection[str]) -> list[str]:
    names = [right for right in TOKEN_RIGHTS if right in wanted]
    if not names or len(names) != len(set(wanted)):
        raise Invalid(
            "A token needs at least one right, and cannot have others than those offered.",
            code="token-rights",
        )
    if any(not _reached(owner, right).exists() for right in names):
        raise NotAllowed(
            "You cannot give a token a right that you do not have.",
            code="token-rights",
            safe="Nothing was made.",
        )
    return names


def _tenants_of(owner: User, wanted: Collection[UUID]) -> list[UUID]:
    if not wanted:
        raise Invalid("Choose at least one tenant.", code="token-tenants")
    ids = set(wanted)
    found = set(
        _reached(owner, rights.VIEW_BACKUPS).filter(pk__in=ids).values_list("pk", flat=True)
    )
    if found != ids:
        raise NotFound("There is no such tenant.", code="no-such-tenant")
    return sorted(found)


def _reached(owner: User, right: str) -> QuerySet[Tenant]:
    """The tenants on which a token of the person's could have the right: support does not count."""
    return selectors.tenants_of(owner, right, limits=Limits())


def _networks(texts: Sequence[str]) -> list[str]:
    if len(texts) > MOST_NETWORKS:
        raise Invalid(f"At most {MOST_NETWORKS} address ranges.", code="token-networks")
    try:
        return [str(ip_network(text.strip())) for text in texts]
    except ValueError:
        raise Invalid(
            "That is no address range.",
            code="token-networks",
            todo="Write ranges like 192.0.2.0/24 or 2001:db8::/32, with zeros after the prefix.",
        ) from None


def _require_manager_of(actor: Actor, owner: User) -> None:
    """Pass for a manager of any side that the owner is on; otherwise the strongest refusal."""
    refusal: HoldfastError = NotFound("There is no such token.", code="no-such-token")
    for side in _sides_of(owner):
        try:
            if side.msp is not None:
                return rights.require_on_msp(actor, rights.MANAGE_PEOPLE, side.msp)
            if side.tenant is not None:
                return rights.require(actor, rights.MANAGE_PEOPLE, side.tenant)
        except NotAllowed as error:
            refusal = error
        except NotFound:
            continue
    raise refusal


def _sides_of(owner: User) -> list[Membership]:
    with no_scope("whose side the owner of a token is on"):
        rows = Membership.objects.filter(user=owner).select_related("msp", "tenant")
        return list(rows.order_by("id"))


def _record(actor: Actor, event: str, token: ApiToken, **data: object) -> None:
    """Beside the person's own side, so that its managers read it."""
    side = next(iter(_sides_of(token.user)), None)
    tenant = side.tenant if side else None
    audit.record(
        actor=actor,
        event=event,
        tenant_id=tenant.pk if tenant else None,
        msp_id=tenant.msp_id if tenant else (side.msp_id if side else None),
        subject=f"{token.name} ({token.prefix}…)",
        data={"token_id": str(token.pk), **data},
    )
