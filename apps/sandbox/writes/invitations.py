"""Invitations of guests.

https://learn.microsoft.com/graph/api/invitation-post
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules.refusals import bad_request, undeclared_property
from apps.sandbox.writes import audit, base, users
from apps.sandbox.writes.activities import INVITATION

PROPERTIES = frozenset(
    {
        "invitedUserDisplayName",
        "invitedUserEmailAddress",
        "invitedUserMessageInfo",
        "invitedUserSponsors",
        "sendInvitationMessage",
        "inviteRedirectUrl",
        "invitedUserType",
        "resetRedemption",
    }
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def create(call: Call) -> Answer:
    """POST /invitations: 201 with the invitation; the guest waits for his acceptance."""
    body = base.body_of(call)
    for name in body:
        if "@" not in name and name not in PROPERTIES:
            raise undeclared_property(name, "invitation")
    for name in ("invitedUserEmailAddress", "inviteRedirectUrl"):
        if not body.get(name):
            raise bad_request(
                f"A value is required for property '{name}' of resource 'Invitation'."
            )
    address = str(body["invitedUserEmailAddress"])
    if not _ADDRESS.fullmatch(address):
        raise bad_request("The invited user email address is not valid.")
    guest_id = _guest(call, address, body)
    return Answer(
        201,
        {
            "@odata.context": f"{call.root}/$metadata#invitations/$entity",
            "id": base.new_id(),
            "inviteRedeemUrl": f"{call.base_url}/redeem?invitation={base.new_id()}",
            "invitedUserDisplayName": body.get("invitedUserDisplayName"),
            "invitedUserEmailAddress": address,
            "sendInvitationMessage": bool(body.get("sendInvitationMessage")),
            "inviteRedirectUrl": body["inviteRedirectUrl"],
            "invitedUserType": body.get("invitedUserType") or "Guest",
            "status": "PendingAcceptance",
            "resetRedemption": bool(body.get("resetRedemption")),
            "invitedUser": {"id": guest_id},
        },
        is_write=True,
    )


def _guest(call: Call, address: str, body: Mapping[str, Any]) -> str:
    """The user of the guest: the one there is, or a new one."""
    known = call.directory.find("user", "mail", address)
    if known is not None:
        return known.id
    domain = base.default_domain(call)
    local = address.replace("@", "_")
    values = {
        "accountEnabled": True,
        "displayName": body.get("invitedUserDisplayName") or address.partition("@")[0],
        "mail": address,
        "mailNickname": f"{local}#EXT#",
        "otherMails": [address],
        "userPrincipalName": f"{local}#EXT#@{domain}",
        "userType": body.get("invitedUserType") or "Guest",
        "creationType": "Invitation",
        "externalUserState": "PendingAcceptance",
        "externalUserStateChangeDateTime": base.now(call),
        "identities": [{"signInType": "federated", "issuer": "mail", "issuerAssignedId": address}],
    }
    record = users.store(call, values)
    audit.record(call, INVITATION, [audit.target(record)])
    return record.id
