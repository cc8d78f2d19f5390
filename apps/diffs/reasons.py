"""Why a change cannot be brought back, or not wholly: codes that are stored, words that are shown.

Reasons that lie in a kind, a property or an object's state come from the catalogue, as sentences.
"""

from __future__ import annotations

MADE_ANEW = "made-anew"
MADE_ANEW_AS_ACCOUNT = "made-anew-as-account"
MADE_ANEW_AS_APPLICATION = "made-anew-as-application"
WITH_OTHER_END = "with-other-end"
NO_LINK_WRITES = "link-read-only"
ALREADY_GONE = "already-gone"
IN_BIN_BEFORE = "in-bin-before"
OTHER_END_GONE = "other-end-gone"
RETURNS_WITH_OBJECT = "returns-with-object"
SET_ASIDE = "set-aside"
RETURNS_WITH_OWNER = "returns-with-owner"
MADE_AND_SET_ASIDE = "made-and-set-aside"
GONE_WITH_OBJECT = "gone-with-object"
PART_OF_OWNER = "part-of-owner"
PERMANENT_REMOVAL = "permanent-removal"
NO_BIN = "no-bin"
MAY_NEED_ROLE = "may-need-role"

WORDS: dict[str, str] = {
    "": "",
    MADE_ANEW: (
        "Deleted for good: it can be made anew. It then has another id, and whatever refers to it "
        "is written again; Holdfast remembers that it is the same."
    ),
    MADE_ANEW_AS_ACCOUNT: (
        "Deleted for good: the account can be made anew, with a password that has to be changed at "
        "the next sign-in. It has another id, and no way to prove oneself (phone, passkey, app) "
        "comes back."
    ),
    MADE_ANEW_AS_APPLICATION: (
        "Deleted for good: it can be made anew, with another application id, which every program "
        "that signs in as it has to be told; and it needs new secrets."
    ),
    NO_LINK_WRITES: "Microsoft Graph offers no way for an application to write this link.",
    ALREADY_GONE: "Created and deleted again in between: there is nothing to bring back.",
    IN_BIN_BEFORE: (
        "It lay in the recycle bin at the snapshot already, and has been deleted for good since. "
        "To make it anew, compare with a snapshot in which it was still there."
    ),
    OTHER_END_GONE: "The object at one of its ends was deleted for good.",
    WITH_OTHER_END: (
        "The object at one of its ends was deleted for good: comes back when that is made anew in "
        "the same plan."
    ),
    RETURNS_WITH_OBJECT: "Comes back together with the deleted object at one of its ends.",
    SET_ASIDE: "Set aside with the deleted object at one of its ends, and comes back with it.",
    RETURNS_WITH_OWNER: "Comes back together with the deleted object that it hangs on.",
    MADE_AND_SET_ASIDE: (
        "Made after the snapshot and set aside with the deleted object that it hangs on: it would "
        "come back with it, and a plan that brings that back removes it again, for good."
    ),
    GONE_WITH_OBJECT: "Went together with an object that was deleted for good.",
    PART_OF_OWNER: "Part of what it belongs to: it comes and goes with that, never by itself.",
    PERMANENT_REMOVAL: "This kind has no recycle bin: removing it is for good.",
    NO_BIN: "It is not in the recycle bin, so it cannot be brought back from there.",
    MAY_NEED_ROLE: (
        "Can be written back. Only where the person holds a directory role, Microsoft Graph wants "
        "one of our recovery application too and refuses otherwise; that takes nothing else along."
    ),
}


def explain(code: str) -> str:
    """The reason in words for people; a code of the catalogue is returned as it is."""
    return WORDS.get(code, code)
