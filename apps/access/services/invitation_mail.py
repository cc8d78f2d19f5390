"""The mail that carries an invitation's link."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.access import roles
from apps.access.models import Invitation
from apps.access.sides import msp_id_of
from apps.access.signals import mail_wanted
from apps.core.actor import Actor
from apps.core.languages.choosing import shown_each
from apps.tenants.branding.brands import brand_of
from apps.tenants.models import Tenant

_TEXT = gettext_noop("""\
{who} invites you to {portal}, which backs up and recovers Microsoft Entra ID.

You would {join} as: {roles}.

Open this link to accept. It works once, until {until} UTC:

{url}

{how}

If you did not expect this, do nothing: without the link nobody can use it.
""")
_LOCAL = gettext_noop("You choose a password there and set up a second factor.")
_ENTRA = gettext_noop("You sign in there with your organisation's Microsoft account.")


def send_invitation_mail(actor: Actor, invitation: Invitation, url: str) -> None:
    """Put the mail into the outbox, inside the transaction of the invitation.

    In the language of who invites: that of who is invited is not known before he has an account.
    """
    on = invitation.on
    msp_id = msp_id_of(on)
    portal = brand_of(msp_id).portal_name
    join = _("work for the MSP %(name)s") % {"name": on.name}
    if isinstance(on, Tenant):
        join = _("be one of the administrators of %(name)s") % {"name": on.name}
    text = _(_TEXT).format(
        portal=portal,
        who=actor.name if actor.is_person else _("Somebody"),
        join=join,
        roles=shown_each(roles.labels(invitation.roles)),
        until=date_format(invitation.expires_at, _("d F Y, H:i")),
        url=url,
        how=_(_LOCAL if invitation.is_local else _ENTRA),
    )
    subject = _("Invitation to %(portal)s: %(name)s") % {"portal": portal, "name": on.name}
    mail_wanted.send(Invitation, to=invitation.email, subject=subject, text=text, msp_id=msp_id)
