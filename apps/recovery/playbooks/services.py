"""Saving an MSP's own playbooks, and removing them. No plan depends on one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid
from apps.recovery.models import Playbook
from apps.recovery.playbooks.builtin import BUILTIN
from apps.recovery.playbooks.filters import Filter
from apps.tenants.models import MSP

LONGEST_NAME = 80
LONGEST_DESCRIPTION = 400


@transaction.atomic
def save_playbook(
    *,
    actor: Actor,
    msp: MSP,
    name: str,
    wanted: Filter,
    description: str = "",
    playbook: Playbook | None = None,
) -> Playbook:
    """Make a playbook, or change `playbook`, which is one of this MSP's.

    wanted: its name and objects do not count. Needs the right to request recoveries on the whole
    MSP. Raises NotFound, NotAllowed; Invalid for a bad name or description, Conflict for a name
    that another one has.
    """
    rights.require_on_msp(actor, rights.REQUEST_RECOVERY, msp)
    name, description = _checked(name, description)
    kept = replace(wanted, name=name, object_ids=frozenset()).as_json()
    before = playbook.filter if playbook else None
    row = playbook or Playbook(msp=msp, created_by_id=actor.user_id)
    row.name, row.description, row.filter = name, description, kept
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise _taken() from None
    event = "playbook.changed" if playbook else "playbook.saved"
    _record(actor, event, msp, str(row.pk), before=before, after=row.filter)
    return row


@transaction.atomic
def remove_playbook(*, actor: Actor, playbook: Playbook) -> None:
    """Remove a playbook. Plans that were made with it keep what it said.

    Rights as for save_playbook(). Raises NotFound, NotAllowed.
    """
    rights.require_on_msp(actor, rights.REQUEST_RECOVERY, playbook.msp)
    playbook_id, before = str(playbook.pk), playbook.filter
    playbook.delete()
    _record(actor, "playbook.removed", playbook.msp, playbook_id, before=before)


def _checked(name: str, description: str) -> tuple[str, str]:
    name, description = " ".join(name.split()), " ".join(description.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"A playbook needs a name of at most {LONGEST_NAME} characters.")
    if len(description) > LONGEST_DESCRIPTION:
        raise Invalid(f"A description has at most {LONGEST_DESCRIPTION} characters.")
    if any(name == one.filter.name for one in BUILTIN.values()):
        raise _taken()
    return name, description


def _taken() -> Conflict:
    return Conflict("There is a playbook with this name.", code="playbook-exists")


def _record(actor: Actor, event: str, msp: MSP, playbook_id: str, **sides: Any) -> None:
    audit.record(
        actor=actor,
        event=event,
        msp_id=msp.pk,
        subject=msp.name,
        data={"playbook_id": playbook_id},
        **sides,
    )
