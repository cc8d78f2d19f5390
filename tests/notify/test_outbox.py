"""Mail leaves once, is kept sealed while it waits, and is not kept after."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from pytest_django import Settings

from apps.core import clock
from apps.core.errors import Invalid
from apps.core.scope import tenant_scope
from apps.jobs import runner
from apps.jobs.models import Job
from apps.notify import services
from apps.notify.jobs import ATTEMPTS
from apps.notify.models import OutboxMessage
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant


class RefusingBackend(BaseEmailBackend):
    """A mail server that says no, quoting the address as they do."""

    def send_messages(self, email_messages: object) -> int:
        raise smtplib.SMTPRecipientsRefused({"dave@contoso.example": (550, b"no such user")})


REFUSING = f"{__name__}.RefusingBackend"


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant(make_msp())


def queue(tenant: Tenant) -> tuple[OutboxMessage, Job]:
    message = services.queue_mail(
        tenant_id=tenant.id, to="dave@contoso.example", subject="A link\nfor you", text="Hello."
    )
    with tenant_scope(tenant.id):
        return message, Job.objects.get(kind="notify-deliver")


def reload(message: OutboxMessage) -> OutboxMessage:
    with tenant_scope(message.tenant_id):
        return OutboxMessage.objects.get(pk=message.pk)


def test_a_mail_is_sent_once_and_then_not_kept(tenant: Tenant) -> None:
    message, job = queue(tenant)
    assert b"dave" not in bytes(message.sealed)
    assert "dave" not in str(job.args)
    assert runner.run(str(job.id)) == "done"
    with tenant_scope(tenant.id):
        assert not services.deliver(message.id)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (
        ["dave@contoso.example"],
        "A link for you",
        "Hello.",
    )
    message = reload(message)
    assert message.state == "sent"
    assert bytes(message.sealed) == b""


def test_a_mail_that_is_refused_is_sent_again_and_in_the_end_given_up(
    tenant: Tenant, settings: Settings
) -> None:
    message, job = queue(tenant)
    settings.EMAIL_BACKEND = REFUSING
    with clock.frozen(clock.now()) as frozen:
        states = []
        for _ in range(ATTEMPTS):
            states.append(runner.run(str(job.id)))
            frozen.advance(timedelta(hours=1))
    assert states == ["queued"] * (ATTEMPTS - 1) + ["failed"]
    assert reload(message).state == "failed"
    with tenant_scope(tenant.id):
        job.refresh_from_db()
    assert job.error_code == "mail-refused"
    assert "dave" not in job.error_text


def test_what_is_no_address_is_refused_before_anything_is_kept(tenant: Tenant) -> None:
    with pytest.raises(Invalid):
        services.queue_mail(tenant_id=tenant.id, to="nobody", subject="x", text="y")
    with tenant_scope(tenant.id):
        assert not OutboxMessage.objects.exists()
        assert not Job.objects.exists()
