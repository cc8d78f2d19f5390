"""What changes people and their roles."""

from apps.access.services.accepting import (
    accept_for_entra,
    accept_for_local,
    accept_signed_in,
    find_invitation,
)
from apps.access.services.accounts import add_member, create_operator, create_user, remove_person
from apps.access.services.filtering import remove_filter, save_filter
from apps.access.services.granting import grant_role, revoke_role, set_roles
from apps.access.services.groups import (
    add_to_group,
    change_group,
    create_group,
    delete_group,
    remove_from_group,
)
from apps.access.services.inviting import (
    Link,
    invite,
    onboard_msp,
    resend_invitation,
    revoke_invitation,
)
from apps.access.services.support import (
    end_support_session,
    record_support_request,
    start_support_session,
)
from apps.access.services.tagging import set_tags

__all__ = [
    "Link",
    "accept_for_entra",
    "accept_for_local",
    "accept_signed_in",
    "add_member",
    "add_to_group",
    "change_group",
    "create_group",
    "create_operator",
    "create_user",
    "delete_group",
    "end_support_session",
    "find_invitation",
    "grant_role",
    "invite",
    "onboard_msp",
    "record_support_request",
    "remove_filter",
    "remove_from_group",
    "remove_person",
    "resend_invitation",
    "revoke_invitation",
    "revoke_role",
    "save_filter",
    "set_roles",
    "set_tags",
    "start_support_session",
]
