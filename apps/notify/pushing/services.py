"""Saying where the audit trail is sent on to."""

from uuid import UUID

from django.db import transaction

from apps.access import rights
from apps.access.rights import MANAGE_TENANT, VIEW_AUDIT
from apps.audit import services as audit
from apps.audit.models import ChainHead
from apps.core import clock, envelope, rotation
from apps.core.actor import Actor
from apps.core.errors import NotFound
from apps.core.scope import no_scope
from apps.notify.models import PushTarget
from apps.notify.pushing.addresses import parse, resolve
from apps.tenants.models import MSP

_CHECKED = "where the trail goes is changed after the rights were checked"


@transaction.atomic
def add_target(
    *, actor: Actor, msp: MSP, address: str, with_persons: bool, from_the_start: bool = False
) -> tuple[PushTarget, str]:
    """Have an MSP's records sent on from now on; the target and its secret in hexadecimal.

    The secret is shown this once. from_the_start: also everything that was recorded before.
    Raises Invalid for what is no address, PushFailed for one that is not to be reached, NotAllowed.
    """
    require_may_push(actor, msp)
    resolve(parse(address))
    secret = envelope.new_data_key()
    target = PushTarget(msp=msp, address=address.strip(), with_persons=with_persons)
    target.position = 0 if from_the_start else newest_number()
    target.wrapped_secret = envelope.wrap(secret, secret_context(target))
    with no_scope(_CHECKED):
        target.save(force_insert=True)
    _record(actor, "push_target.added", target, with_persons=with_persons)
    return target, secret.hex()


@transaction.atomic
def pause_target(*, actor: Actor, target: PushTarget) -> None:
    """Stop sending for now; what is recorded meanwhile is sent when it goes on."""
    _set_enabled(actor, target, False, "push_target.paused")


@transaction.atomic
def resume_target(*, actor: Actor, target: PushTarget) -> None:
    """Go on where it stopped, at once."""
    _set_enabled(actor, target, True, "push_target.resumed")


@transaction.atomic
def remove_target(*, actor: Actor, target: PushTarget) -> None:
    """Forget a target and where it stood."""
    _require(actor, target)
    _record(actor, "push_target.removed", target)
    with no_scope(_CHECKED):
        target.delete()


def require_may_push(actor: Actor, msp: MSP) -> None:
    """Raise unless the actor may read all of the MSP's trail and manage its tenants."""
    rights.require_on_msp(actor, MANAGE_TENANT, msp)
    rights.require_on_msp(actor, VIEW_AUDIT, msp)


def access_target(msp: MSP, target_id: UUID) -> PushTarget:
    """One of an MSP's targets. Raises NotFound."""
    found = PushTarget.objects.filter(msp=msp, pk=target_id).first()
    if found is None:
        raise NotFound("There is no such target.", code="no-such-target")
    return found


def newest_number() -> int:
    """The number of the last record of the whole trail."""
    return ChainHead.objects.values_list("number", flat=True).first() or 0


def secret_of(target: PushTarget) -> bytes:
    """What the target's webhooks are signed with. Raises KeyProblem."""
    return envelope.unwrap(bytes(target.wrapped_secret), secret_context(target))


def secret_context(target: PushTarget) -> bytes:
    """What the wrapped secret is bound to."""
    return f"push-target:{target.pk}".encode()


def wrapped_keys() -> rotation.WrappedKeys:
    """Where the secrets are kept."""
    return rotation.WrappedKeys(
        "secrets of webhooks",
        "wrapped_secret",
        lambda: PushTarget.objects.exclude(wrapped_secret=b""),
        secret_context,
    )


def _set_enabled(actor: Actor, target: PushTarget, enabled: bool, event: str) -> None:
    _require(actor, target)
    with no_scope(_CHECKED):
        changed = PushTarget.objects.filter(pk=target.pk, enabled=not enabled).update(
            enabled=enabled, failures=0, problem="", next_attempt_at=clock.now()
        )
        target.refresh_from_db()
    if changed:
        _record(actor, event, target)


def _require(actor: Actor, target: PushTarget) -> None:
    with no_scope("whose target it is decides who may change it"):
        msp = target.msp
    if msp is None:
        raise NotFound("There is no such target.", code="no-such-target")
    require_may_push(actor, msp)


def _record(actor: Actor, event: str, target: PushTarget, **data: object) -> None:
    audit.record(
        actor=actor,
        event=event,
        msp_id=target.msp_id,
        subject=target.address,
        data={"target_id": str(target.pk), **data},
    )
