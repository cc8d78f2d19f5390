"""Counting refusals, so that whoever keeps knocking cannot fill the disk."""

import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from apps.audit import keys
from apps.audit.choices import KeyPurpose
from apps.audit.models import RefusalWindow
from apps.audit.personal import Sealed
from apps.core import clock
from apps.core.actor import Actor

# Attempts of one person on one tenant in a minute that become records of their own.
RECORDED = 20
# The same for everybody together who is not known by name: addresses are easily had.
RECORDED_UNKNOWN = 200
_AT_ONCE = 100

_COUNT = """
insert into audit_refusalwindow
    (who, minute, attempts, actor_kind, actor_user_id, via, tenant_id, msp_id, sealed, key_id)
values (%s, %s, 1, %s, %s, %s, %s, %s, %s, %s)
on conflict (who, minute) do update set attempts = audit_refusalwindow.attempts + 1
returning attempts
"""


def count(*, actor: Actor, tenant_id: UUID | None, msp_id: UUID | None, sealed: Sealed) -> int:
    """Count one more refusal of this minute; how many there have been now, itself included."""
    values: list[Any] = [actor.kind, actor.user_id, actor.via[:100], tenant_id, msp_id]
    values += [sealed.sealed, sealed.key_id]
    attempt = _counted([_who(actor, tenant_id), _minute(), *values])
    if actor.is_person or attempt > RECORDED:
        return attempt
    everybody = _counted([_keyed("unknown", ""), _minute(), *values])
    return attempt if everybody <= RECORDED_UNKNOWN else max(attempt, RECORDED + 1)


def take_ended() -> list[RefusalWindow]:
    """Take away the windows of minutes that are over, oldest first, a hundred at most."""
    rows = RefusalWindow.objects.filter(minute__lt=_minute()).order_by("minute", "pk")
    ended = list(rows.select_for_update(skip_locked=True)[:_AT_ONCE])
    RefusalWindow.objects.filter(pk__in=[window.pk for window in ended]).delete()
    return ended


def _counted(values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        (attempts,) = cursor.fetchone()
    return int(attempts)


def _minute() -> datetime:
    now = clock.now()
    return now - timedelta(seconds=now.second, microseconds=now.microsecond)


def _who(actor: Actor, tenant_id: UUID | None) -> bytes:
    person = str(actor.user_id) if actor.user_id else _network(actor.address) or actor.os_user
    return _keyed(person, str(tenant_id or ""))


def _keyed(person: str, tenant: str) -> bytes:
    key = keys.opened(keys.current_key(KeyPurpose.PERSONAL))
    return hmac.digest(key, f"holdfast:refusals:{person}:{tenant}".encode(), "sha256")


def _network(address: str) -> str:
    """The network that one customer of a provider has: an IPv4 address, an IPv6 /64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    prefix = 64 if found.version == 6 else 32
    return str(ipaddress.ip_network((found, prefix), strict=False))
