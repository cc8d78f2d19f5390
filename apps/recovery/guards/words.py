"""What a risk means, for people: what would happen, why it matters, what to do.

Codes and data are kept in plans; these are made when somebody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from apps.entra.catalogue import KINDS


class Words(NamedTuple):
    """The three things that people are told of a risk."""

    what: str
    why: str
    todo: str


Data = Mapping[str, Any]
_TITLES = {one.name: one.title for one in KINDS}
# Of whom a risk tells how many: one, and more.
_SOME = {
    "break-glass": ("1 of the break-glass accounts", "{count} of the break-glass accounts"),
    "global-administrator": (
        "1 of the Global Administrators",
        "{count} of the Global Administrators",
    ),
    "operator": (
        "1 of the people who ask for this recovery or approve it",
        "{count} of the people who ask for this recovery or approve it",
    ),
    "own-application": (
        "1 of Holdfast's own applications",
        "{count} of Holdfast's own applications",
    ),
    "": ("1 of the accounts", "{count} of the accounts"),
}
_ACCOUNTS = ("1 account", "{count} accounts")
_PRINCIPALS = ("1 account or group", "{count} accounts or groups")
_GROUPS = ("1 group", "{count} groups")
_APPLICATIONS = ("1 application", "{count} applications")
_OBJECTS = ("1 object", "{count} objects")
_SYNCHRONISED = (
    "1 object is synchronised from on premises.",
    "{count} objects are synchronised from on premises.",
)
_LICENCES = ("1 group that carries licences", "{count} groups that carry licences")
_JOIN = ("1 member joins", "{count} members join")
_LEAVE = ("1 member leaves", "{count} members leave")


def words_of(code: str, data: Data) -> Words:
    """The words of a risk. Those of a code that is not known any more say just that."""
    make = WORDS.get(code)
    if make is None:
        return Words(f"Something called “{code}”.", "It was found by an older version.", "")
    return make(data)


def _n(data: Data, words: tuple[str, str], name: str = "count") -> str:
    """So many of something, by the words for one and for more."""
    count = int(data.get(name, 0))
    return words[count != 1].format(count=f"{count:,}")


def _some(data: Data) -> str:
    """How many of whom: "2 of the break-glass accounts"."""
    return _n(data, _SOME.get(str(data.get("who")), _SOME[""]))


def _plural(data: Data) -> str:
    title = _TITLES.get(str(data.get("kind")), "Object")
    title = title if title.startswith("Conditional") else title.lower()
    return f"{title[:-1]}ies" if title.endswith("y") else f"{title}s"


def _share(data: Data) -> str:
    count, of = int(data.get("count", 0)), int(data.get("of", 0)) or 1
    return f"{count:,} of {of:,} {_plural(data)} ({min(count / of, 1):.0%})"


_LOOK_AT_POLICIES = (
    "Look at the policies that are named, leave them out of the plan or bring them back as "
    "report-only, and enable them once a break-glass account is excluded."
)

WORDS: Final[Mapping[str, Callable[[Data], Words]]] = {
    "nobody-gets-in": lambda data: Words(
        "Afterwards nobody at all could sign in to administer the tenant.",
        "Conditional Access as the plan leaves it blocks every Global Administrator and "
        "break-glass account, or everybody without an exception. Only Microsoft's support could "
        "open the tenant again, which takes days.",
        _LOOK_AT_POLICIES,
    ),
    "perhaps-nobody-gets-in": lambda data: Words(
        "Afterwards it may be that nobody can sign in to administer the tenant.",
        "Policies block everybody but holders of some roles or guests, and who they are is not "
        "known from the snapshot.",
        _LOOK_AT_POLICIES,
    ),
    "still-nobody-gets-in": lambda data: Words(
        "Nobody can sign in to administer the tenant now, and this plan does not change that.",
        "The tenant is locked out, and stays so after the recovery.",
        "Select the policies that lock everybody out as well, or bring them back as report-only.",
    ),
    "shut-out": lambda data: Words(
        f"{_some(data)} would be shut out.",
        "They get in now. Afterwards a policy blocks them wherever they sign in, or their account "
        "is gone or disabled.",
        _LOOK_AT_POLICIES,
    ),
    "may-be-shut-out": lambda data: Words(
        f"{_some(data)} may be shut out.",
        "Afterwards a policy blocks them from some places or devices, at some risk, or depending "
        "on groups and roles that nobody can tell beforehand.",
        _LOOK_AT_POLICIES,
    ),
    "stays-shut-out": lambda data: Words(
        f"{_some(data)} cannot get in now, and still could not afterwards.",
        "The plan writes Conditional Access and leaves them shut out.",
        "If they should get in, select what shuts them out as well, or enable their accounts.",
    ),
    "needs-device": lambda data: Words(
        f"{_some(data)} would need a managed device to get in.",
        "Who has none at hand in an emergency is shut out.",
        "Exclude them from the policies that ask for one.",
    ),
    "no-break-glass-named": lambda data: Words(
        "No break-glass account is named for this tenant.",
        "So nobody can say whether somebody would still get in if these policies went wrong.",
        "Let a Tenant Manager name the tenant's emergency accounts.",
    ),
    "role-holders-unknown": lambda data: Words(
        "Who holds directory roles is unknown: it was not captured.",
        "Policies that are for roles are taken as if everybody might hold them, and the Global "
        "Administrators cannot be looked at one by one.",
        "Consent to RoleManagement.Read.Directory for the backup application and take a full "
        "snapshot, or name break-glass accounts.",
    ),
    "own-access-lost": lambda data: Words(
        f"{_some({**data, 'who': 'own-application'})} would lose access to the tenant.",
        "The recovery could not be finished, read back or taken back, and no more snapshots "
        "could be taken.",
        "Leave our service principals and their permissions out of the plan.",
    ),
    "last-global-administrator": lambda data: Words(
        "Afterwards no enabled account would hold Global Administrator.",
        "Nobody could administer the tenant any more; Entra itself refuses to remove the last one.",
        "Leave at least one Global Administrator in place.",
    ),
    "one-global-administrator": lambda data: Words(
        "Afterwards only one enabled account would hold Global Administrator.",
        "If that one is lost, nobody can administer the tenant.",
        "Keep two at least, best of all two break-glass accounts.",
    ),
    "administrator-account": lambda data: Words(
        f"The plan enables, disables, deletes or brings back {_n(data, _ACCOUNTS)} "
        "of administrators.",
        "Whoever controls such an account has its rights again. Microsoft Graph may also refuse "
        "the write to our application.",
        "Make sure that the people are still with the organisation, and that their sessions and "
        "authentication methods are clean.",
    ),
    "role-given": lambda data: Words(
        f"The plan gives directory roles to {_n(data, _PRINCIPALS)}.",
        "They become administrators, with all that the role allows.",
        "Check that each of them is meant to have the role today.",
    ),
    "role-taken": lambda data: Words(
        f"The plan takes directory roles from {_n(data, _PRINCIPALS)}.",
        "They lose administrators' rights that they have now.",
        "Check that none of them is needed to administer the tenant.",
    ),
    "role-group-widened": lambda data: Words(
        f"The plan adds people to, or brings back, {_n(data, _GROUPS)} that may hold "
        "directory roles.",
        "Members of such a group are administrators; its owners can make members.",
        "Check each person who is added.",
    ),
    "role-group-narrowed": lambda data: Words(
        f"The plan takes people from, or removes, {_n(data, _GROUPS)} that may hold "
        "directory roles.",
        "They lose administrators' rights that they have now.",
        "Check that none of them is needed to administer the tenant.",
    ),
    "powerful-permission": lambda data: Words(
        f"The plan gives {_n(data, _APPLICATIONS)} permissions with which it can "
        f"make itself an administrator: {', '.join(data.get('permissions', ()))}.",
        "Whoever holds a secret of the application then holds the tenant.",
        "Check that the application is known and still needs them.",
    ),
    "consent-for-everybody": lambda data: Words(
        f"The plan lets {_n(data, _APPLICATIONS)} act for every user.",
        "Consent for everybody takes effect at once, without anybody being asked.",
        "Check that the application is known and still wanted.",
    ),
    "last-owner-removed": lambda data: Words(
        f"{_n(data, _OBJECTS)} ({_plural(data)}) would be left without an owner.",
        "Nobody but administrators could look after them.",
        "Leave one owner in place, or name another one afterwards.",
    ),
    "licences-taken": lambda data: Words(
        f"{_n(data, _JOIN, 'members')} {_n(data, _LICENCES)}: "
        f"{int(data.get('seats', 0)):,} seats at most.",
        "Each takes a seat that is paid for. Where there are too few, the person gets none, and "
        "Entra says so only on the group.",
        "Check that enough seats are free.",
    ),
    "licences-lost": lambda data: Words(
        f"{_n(data, _LEAVE, 'members')} {_n(data, _LICENCES)}.",
        "They lose what the licence holds: a mailbox is deleted for good 30 days later.",
        "Check that they have the licence in another way, or do not need it.",
    ),
    "synchronised-objects": lambda data: Words(
        _n(data, _SYNCHRONISED),
        "The next synchronisation may take the change back, or do it again.",
        "Change them in the on-premises directory as well.",
    ),
    "mass-change": lambda data: Words(
        f"The plan changes {_share(data)}.",
        "If the snapshot is not the right one, much work is overwritten at once.",
        "Make sure that the snapshot is from before the damage, and try with a few first.",
    ),
    "mass-removal": lambda data: Words(
        f"The plan removes {_share(data)}.",
        "People lose accounts, groups or applications that they use now.",
        "Look through what is removed, and leave out what is meant to stay.",
    ),
    "policy-limit": lambda data: Words(
        f"There would be {int(data.get('count', 0)):,} Conditional Access policies.",
        f"Entra takes {data.get('limit')} in a tenant, {data.get('older_limit')} in some, "
        "whatever their state; it refuses the rest.",
        "Delete policies that are not needed, or bring back fewer.",
    ),
    "directory-quota": lambda data: Words(
        f"The directory would hold about {int(data.get('count', 0)):,} of "
        f"{int(data.get('limit', 0)):,} objects.",
        "What is in the recycle bin counts too. Beyond the quota Entra refuses to make anything.",
        "Empty the recycle bin of what nobody needs, or ask Microsoft for a larger quota.",
    ),
    "another-run": lambda data: Words(
        "Another recovery of this tenant is under way or queued.",
        "It goes first. If it writes the same objects, this plan is stale afterwards and stops "
        "before it writes anything.",
        "Wait until it is done, and make the plan again.",
    ),
}
