"""The mail that carries an invitation's link."""

from apps.access import roles
from apps.access.models import Invitation
from apps.access.sides import msp_id_of
from apps.access.signals import mail_wanted
from apps.core.actor import Actor
from apps.tenants.branding.brands import brand_of
from apps.tenants.models import Tenant

_TEXT = """\
{who} invites you to {portal}, which backs up and recovers Microsoft Entra ID.

You would {join} as: {roles}.

Open this link to accept. It works once, until {until} UTC:

{url}

{how}

If you did not expect this, do nothing: without the link nobody can use it.
"""
_LOCAL = "You choose a password there and set up a second factor."
_ENTRA = "You sign in there with your organisation's Microsoft account."


def send_invitation_mail(actor: Actor, invitation: Invitation, url: str) -> None:
    """Put the mail into the outbox, inside the transaction of the invitation."""
    on = invitation.on
    msp_id = msp_id_of(on)
    portal = brand_of(msp_id).portal_name
    join = f"work for the MSP {on.name}"
    if isinstance(on, Tenant):
        join = f"be one of the administrators of {on.name}"
    text = _TEXT.format(
        portal=portal,
        who=actor.name if actor.is_person else "Somebody",
        join=join,
        roles=roles.labels(invitation.roles),
        until=invitation.expires_at.strftime("%d %B %Y, %H:%M"),
        url=url,
        how=_LOCAL if invitation.is_local else _ENTRA,
    )
    subject = f"Invitation to {portal}: {on.name}"
    mail_wanted.send(Invitation, to=invitation.email, subject=subject, text=text, msp_id=msp_id)
