"""Putting mail into the outbox, and sending it."""

import smtplib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeVar
from uuid import UUID

from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ValidationError

from apps.core import canonical, clock, envelope
from apps.core.actor import SYSTEM
from apps.core.errors import Invalid, Unavailable
from apps.core.languages.choosing import letter_in
from apps.core.scope import tenant_scope
from apps.jobs import services as jobs
from apps.notify.choices import MessageState
from apps.notify.letters import letter
from apps.notify.models import OutboxMessage, PersonalMail
from apps.tenants import keys
from apps.tenants.models import Tenant

Kept = TypeVar("Kept", OutboxMessage, PersonalMail)


@dataclass(frozen=True, slots=True)
class Mail:
    """to: one address. text: plain. msp_id: for whom it is sent, "" for nobody in particular."""

    to: str
    subject: str
    text: str
    msp_id: str = ""


@transaction.atomic
def queue_mail(
    *, tenant_id: UUID, to: str, subject: str, text: str, language: str = ""
) -> OutboxMessage:
    """Put a mail into the outbox inside the caller's transaction; a job sends it after the commit.

    language: the receiver's, which an English mail is put into; "" for one that is already in it.
    Raises Invalid for what is no e-mail address.
    """
    try:
        validate_email(to)
    except ValidationError:
        raise Invalid("That is no e-mail address.", code="no-mail-address") from None
    with tenant_scope(tenant_id):
        tenant = Tenant.objects.get(pk=tenant_id)
        message = OutboxMessage(tenant=tenant)
        subject, text = letter_in(language, " ".join(subject.split())), letter_in(language, text)
        mail = Mail(to, subject, text, str(tenant.msp_id))
        plain = canonical.dumps(asdict(mail))
        message.sealed = envelope.seal(keys.data_key(tenant_id), plain, _aad(message))
        message.save(force_insert=True)
    args = {"message_id": str(message.id)}
    jobs.enqueue(actor=SYSTEM, kind="notify-deliver", tenant=tenant, args=args, once=True)
    return message


def deliver(message_id: UUID) -> bool:
    """Send a waiting mail; False when it is not waiting any more.

    A process that dies right after sending sends it again: twice is better than never.
    Raises Unavailable when the mail server does not take it.
    """
    return send_one(OutboxMessage.objects.filter(pk=message_id), contents)


def send_one(row: QuerySet[Kept], opened: Callable[[Kept], Mail]) -> bool:
    """Send the mail of one row and forget what it said; False when it is not waiting any more."""
    message = row.filter(state=MessageState.QUEUED).first()
    if message is None:
        return False
    hand_over(opened(message))
    row.update(state=MessageState.SENT, sent_at=clock.now(), sealed=b"")
    return True


def hand_over(mail: Mail) -> None:
    """Give a mail to the mail server. Raises Unavailable when it does not take it."""
    msp_id = UUID(mail.msp_id) if mail.msp_id else None
    try:
        letter(msp_id, mail.subject, mail.text, to=[mail.to]).send()
    except (smtplib.SMTPException, OSError):
        # The server's words may quote the address, so they are not passed on.
        raise Unavailable(
            "The mail server did not take a message.",
            code="mail-refused",
            safe="It is kept and sent again.",
            todo="If this stays, check EMAIL_URL.",
        ) from None


def give_up(message_id: UUID) -> None:
    """Note that a waiting mail could not be sent."""
    OutboxMessage.objects.filter(pk=message_id, state=MessageState.QUEUED).update(
        state=MessageState.FAILED
    )


def contents(message: OutboxMessage) -> Mail:
    """The mail as it will be sent. Raises KeyProblem."""
    key = keys.data_key(message.tenant_id)
    return Mail(**canonical.loads(envelope.open_sealed(key, bytes(message.sealed), _aad(message))))


def _aad(message: OutboxMessage) -> bytes:
    return f"outbox:{message.tenant_id}:{message.id}".encode()
