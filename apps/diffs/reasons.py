"""Why a change cannot be brought back, or not wholly: codes that are stored, words that are shown.

The facts behind them: https://learn.microsoft.com/entra/backup/scope-supported-objects-limitations
and the reference pages of each resource on https://learn.microsoft.com/graph/api/overview.
"""

from __future__ import annotations

HARD_DELETED = "hard-deleted"
ON_PREMISES = "on-premises"
READ_ONLY = "read-only"
CREATE_ONLY = "create-only"
NOT_CLEARABLE = "not-clearable"
DYNAMIC_MEMBERSHIP = "dynamic-membership"
NO_LINK_WRITES = "link-read-only"
NOT_RESTORABLE = "not-restorable"
NOT_DELETABLE = "not-deletable"
ALREADY_GONE = "already-gone"
OTHER_END_GONE = "other-end-gone"
RETURNS_WITH_OBJECT = "returns-with-object"
PERMANENT_REMOVAL = "permanent-removal"
NO_BIN = "no-bin"

WORDS: dict[str, str] = {
    "": "",
    HARD_DELETED: "Deleted for good: the object has to be created again, which is not yet possible.",
    ON_PREMISES: (
        "Synchronised from on-premises Active Directory: bring it back there, the next "
        "synchronisation carries it to Entra."
    ),
    READ_ONLY: "Set by Microsoft Entra itself; no application can write it.",
    CREATE_ONLY: "Can only be given when the object is created.",
    NOT_CLEARABLE: "Microsoft Graph offers no way to empty it once it has a value.",
    DYNAMIC_MEMBERSHIP: (
        "The group's membership rule decides its members: bring back the rule, and Entra works "
        "the members out again."
    ),
    NO_LINK_WRITES: "Microsoft Graph offers no way for an application to write this link.",
    NOT_RESTORABLE: "Microsoft Graph offers no way for an application to write this back.",
    NOT_DELETABLE: "Microsoft Graph offers no way for an application to delete this.",
    ALREADY_GONE: "Created and deleted again in between: there is nothing to bring back.",
    OTHER_END_GONE: "The object at the other end was deleted for good.",
    RETURNS_WITH_OBJECT: "Comes back together with the deleted object at one of its ends.",
    PERMANENT_REMOVAL: "This kind has no recycle bin: removing it is for good.",
    NO_BIN: "It is not in the recycle bin, so it cannot be brought back from there.",
}


def explain(code: str) -> str:
    """The reason in words for people; a code of the catalogue is returned as it is."""
    return WORDS.get(code, code)
