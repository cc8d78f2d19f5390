"""Whether a policy is for somebody: users, groups, roles, guests, service principals.

An exclusion always wins. Groups count with their nested members; roles count while active, so one
that he may activate makes it MAYBE; roles scoped to less than the directory do not count.
https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-users-groups
"""

from collections.abc import Mapping
from typing import Any

from apps.entra.conditional_access.answers import MAYBE, NO, YES, Answer, any_of, known
from apps.entra.conditional_access.reading import filtered, part, values
from apps.entra.conditional_access.sign_ins import Who

_OWN_PRINCIPALS = "ServicePrincipalsInMyTenant"


def is_for(conditions: Mapping[str, Any], who: Who) -> Answer:
    """Whether the policy includes and does not exclude him."""
    if who.is_workload:
        return _is_for_workload(part(conditions, "clientApplications"), who)
    users = part(conditions, "users")
    return min(_named(users, "include", who), ~_named(users, "exclude", who))


def _named(users: Mapping[str, Any], side: str, who: Who) -> Answer:
    """side: "include" or "exclude"."""
    ids = values(users, f"{side}Users")
    return any_of(
        (
            known("All" in ids or who.object_id in ids),
            known("GuestsOrExternalUsers" in ids and who.guest is not None),
            known(not who.groups.isdisjoint(values(users, f"{side}Groups"))),
            _holds(values(users, f"{side}Roles"), who),
            _is_such_guest(part(users, f"{side}GuestsOrExternalUsers"), who),
        )
    )


def _holds(roles: list[str], who: Who) -> Answer:
    if not who.roles.isdisjoint(roles):
        return YES
    return NO if who.roles_at_hand.isdisjoint(roles) else MAYBE


def _is_such_guest(guests: Mapping[str, Any], who: Who) -> Answer:
    if who.guest is None or who.guest not in values(guests, "guestOrExternalUserTypes"):
        return NO
    tenants = part(guests, "externalTenants")
    # An internal guest has no other tenant that could be asked for.
    if tenants.get("membershipKind") != "enumerated" or who.guest == "internalGuest":
        return YES
    return MAYBE if who.home is None else known(who.home in values(tenants, "members"))


def _is_for_workload(principals: Mapping[str, Any], who: Who) -> Answer:
    if who.single_tenant is False:
        return NO
    included = _is_named(principals, "include", who)
    excluded = _is_named(principals, "exclude", who)
    chosen = filtered(part(principals, "servicePrincipalFilter"), included, excluded)
    return min(chosen, known(who.single_tenant))


def _is_named(principals: Mapping[str, Any], side: str, who: Who) -> Answer:
    ids = values(principals, f"{side}ServicePrincipals")
    return known(_OWN_PRINCIPALS in ids or who.object_id in ids)
