"""Mail to one person about his own account: it belongs to no tenant."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.access.branding.selectors import msp_for_mail_to
from apps.access.signin import secrets
from apps.core import canonical
from apps.core.actor import SYSTEM
from apps.core.languages.choosing import letter_in
from apps.jobs import services as jobs
from apps.notify.choices import MessageState
from apps.notify.models import PersonalMail
from apps.notify.services import Mail, send_one


@transaction.atomic
def queue(
    *, to: str, subject: str, text: str, msp_id: UUID | None = None, language: str = ""
) -> PersonalMail:
    """Put a mail into the outbox inside the caller's transaction; a job sends it after the commit.

    to: an address that the caller knows to be one. msp_id: for whom it is sent; None: for the one
    MSP that the person has to do with, if there is one. language: as in services.queue_mail().
    """
    message = PersonalMail()
    sender = msp_id or msp_for_mail_to(to)
    subject, text = letter_in(language, " ".join(subject.split())), letter_in(language, text)
    mail = Mail(to, subject, text, str(sender or ""))
    plain = canonical.dumps(asdict(mail))
    message.sealed = secrets.seal(plain, purpose=_purpose(message.id))
    message.save(force_insert=True)
    args = {"mail_id": str(message.id)}
    jobs.enqueue(actor=SYSTEM, kind="notify-deliver-personal", args=args, once=True)
    return message


def on_mail_wanted(
    *,
    to: str,
    subject: str,
    text: str,
    msp_id: UUID | None = None,
    language: str = "",
    **_: Any,
) -> None:
    """Receiver of apps.access.signals.mail_wanted."""
    queue(to=to, subject=subject, text=text, msp_id=msp_id, language=language)


def deliver(mail_id: UUID) -> bool:
    """Send a waiting mail; False when it is not waiting any more. Raises Unavailable.

    A process that dies right after sending sends it again: twice is better than never.
    """
    return send_one(PersonalMail.objects.filter(pk=mail_id), contents)


def give_up(mail_id: UUID) -> None:
    """Note that a waiting mail could not be sent."""
    PersonalMail.objects.filter(pk=mail_id, state=MessageState.QUEUED).update(
        state=MessageState.FAILED
    )


def contents(message: PersonalMail) -> Mail:
    """The mail as it will be sent. Raises KeyProblem."""
    plain = secrets.unseal(bytes(message.sealed), purpose=_purpose(message.id))
    return Mail(**canonical.loads(plain))


def _purpose(mail_id: UUID) -> str:
    return f"mail:{mail_id}"
