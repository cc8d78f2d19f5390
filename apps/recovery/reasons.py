"""Why a plan has each step, and why a step of a run ended as it did: codes stored, words shown."""

from __future__ import annotations

from apps.diffs import reasons as of_changes

# Of steps.
CHANGED_SINCE = "changed-since"
DELETED_SINCE = "deleted-since"
CREATED_SINCE = "created-since"
GONE_FOR_GOOD = "gone-for-good"
COMPLETES = "completes"
MADE_BLOCKED = "made-blocked"
NAMES_ANOTHER = "names-another"
NEW_SECRET = "new-secret"  # noqa: S105 - the code of a reason
RESTORED_SINCE = "restored-since"
LINK_LOST = "link-lost"
LINK_GAINED = "link-gained"
NEEDED_BY = "needed-by"
DISABLE_FIRST = "disable-first"
HELD_BACK = "held-back"
UNTRUST_FIRST = "untrust-first"
LEFT_IN_PLACE = "left-in-place"
REPLACED = "replaced"
GOES_WITH_OBJECT = "goes-with-object"
STAYS_ASIDE = "stays-aside"
RETURNS = "returns"
RETURNS_AND_IS_SET = "returns-and-is-set"
GAINED_ASIDE = "gained-aside"
MAPPED = "mapped"
LEFT_OUT = "left-out"
OWNER_LEFT_OUT = "owner-left-out"
AS_CHOSEN = "as-chosen"
HAS_A_VALUE = "has-a-value"
LINK_STAYS = "link-stays"
LINK_TAKEN = "link-taken"
LINKS_SKIPPED = "links-skipped"
TO_BE_ANSWERED = "to-be-answered"
REPORT_ONLY = "report-only"
STAYS_REPORT_ONLY = "stays-report-only"

NATIVE_NOT_COVERED = "native-not-covered"
NATIVE_ANCHORED = "native-anchored"
NATIVE_GONE = "native-gone"
NATIVE_ONLY = "native-only"

# Of results.
ALREADY_SO = "already-so"
DEPENDENCY_FAILED = "dependency-failed"
DEPENDENCY_SKIPPED = "dependency-skipped"
SKIPPED_BY_PERSON = "skipped-by-person"
CHANGED_UNDER_US = "changed-under-us"
NOT_CONFIRMED = "not-confirmed"
RAN_OUT_OF_TIME = "ran-out-of-time"
RUN_CANCELLED = "cancelled"
PLAN_STALE = "plan-stale"
REFUSED = "refused"
GUARDED = "guarded"
CAME_BACK = "came-back"
NOT_RETURNED = "not-returned"
NATIVE_FAILED = "native-failed"
NATIVE_NOT_DONE = "native-not-done"

WORDS: dict[str, str] = {
    CHANGED_SINCE: "Changed since the snapshot: goes back to the snapshot's value.",
    DELETED_SINCE: "Deleted since the snapshot: comes back from the recycle bin.",
    GONE_FOR_GOOD: (
        "Deleted for good: is made anew, with a new id. Whatever refers to it is written again."
    ),
    MADE_BLOCKED: (
        "Deleted for good: is made anew, with a new id, and blocked until somebody has handed its "
        "first password over and lets it in."
    ),
    NAMES_ANOTHER: "Refers to something that is made anew: is told its new id.",
    COMPLETES: "Gives the new object what its creation could not carry.",
    NEW_SECRET: (
        "Its client secrets cannot come back: it gets a new one, good for as long as the lost ones "
        "were. The recovery's page tells its text once."
    ),
    CREATED_SINCE: "Created since the snapshot: removed again.",
    RESTORED_SINCE: "Was in the recycle bin at the snapshot: goes there again.",
    LINK_LOST: "Removed since the snapshot: added again.",
    LINK_GAINED: "Added since the snapshot: removed again.",
    NEEDED_BY: "Not selected itself, but something selected refers to it.",
    DISABLE_FIRST: "An application role or scope has to be disabled before it may change or go.",
    HELD_BACK: (
        "It comes out of the recycle bin in force, and not as in the snapshot. It is switched off "
        "by the very next request, and gets its state again together with all that is written back."
    ),
    UNTRUST_FIRST: (
        "Has to be made deletable first: a trusted location loses its trust, a partner his "
        "synchronisation."
    ),
    LEFT_IN_PLACE: "Created or restored since the snapshot, and not selected for removal: stays.",
    REPLACED: "Replaced by the link that comes back; it needs no removal of its own.",
    GOES_WITH_OBJECT: "Goes together with the object that is removed.",
    STAYS_ASIDE: "Set aside with a deleted object that the plan does not bring back.",
    RETURNS: (
        "Went into the bin with the object that it hangs on, and comes back with it: nothing is "
        "sent, and the run looks whether it is there."
    ),
    RETURNS_AND_IS_SET: (
        "Went into the bin with the object that it hangs on, and comes back with it. Nobody knows "
        "how it looked last, so the run looks, and sends this request only if it is not as in the "
        "snapshot."
    ),
    GAINED_ASIDE: (
        "Made after the snapshot and set aside with the object that it hangs on: comes back with "
        "it, and is removed again for good."
    ),
    MAPPED: "Gone for good. As was chosen, another object takes its place wherever it is named.",
    LEFT_OUT: (
        "Names something that was deleted for good, and is written without it, as was chosen. Look "
        "whether that lets somebody in or shuts somebody out."
    ),
    OWNER_LEFT_OUT: (
        "Hangs on something that was deleted for good and that was left out by choice: it is not "
        "brought back either."
    ),
    AS_CHOSEN: "With what was chosen in place of what is gone, it is as wanted already.",
    REPORT_ONLY: (
        "Comes back as in the snapshot, but as report-only: it blocks and asks for nothing until "
        "somebody enables it by a plan of its own."
    ),
    STAYS_REPORT_ONLY: (
        "Is report-only now and stays so: to put it in force takes a plan that brings policies "
        "back as they were."
    ),
    HAS_A_VALUE: "Has a value now, and the plan was to fill only what is empty: stays as it is.",
    LINK_STAYS: "Added since the snapshot, and the plan was to add links only: stays.",
    LINK_TAKEN: (
        "There can be one only, another one is there now, and the plan was to add links only: "
        "stays as it is."
    ),
    LINKS_SKIPPED: "The plan was to leave these links as they are.",
    TO_BE_ANSWERED: (
        "Created or restored since the snapshot. Whether it stays or is removed again has to be "
        "answered before the plan can be put forward."
    ),
    NATIVE_NOT_COVERED: (
        "Not on the list of what Microsoft's own recovery brings back: stays as it is. A plan of "
        "Holdfast's own can bring it back."
    ),
    NATIVE_ANCHORED: (
        "Microsoft's own recovery brings it back only along with its service principal, so it does "
        "not count on it: stays as it is here."
    ),
    NATIVE_GONE: (
        "Deleted for good: Microsoft's own recovery neither shows nor makes it. A plan of "
        "Holdfast's own can make it anew."
    ),
    NATIVE_ONLY: (
        "Changed since the snapshot: goes back to the snapshot's value. Only Microsoft's own "
        "recovery can write it, so Holdfast could not take it back again."
    ),
    NATIVE_FAILED: "Microsoft's own recovery could not do it.",
    NATIVE_NOT_DONE: (
        "Microsoft's own recovery has ended, and reading back shows it not to be as asked."
    ),
    CAME_BACK: "Came back as in the snapshot.",
    NOT_RETURNED: (
        "Did not come back with the object that it hangs on: it may have been taken away before. "
        "A new difference report shows what is missing."
    ),
    ALREADY_SO: "Was already as wanted; nothing was written.",
    DEPENDENCY_FAILED: "Not tried, because a step that it depends on did not succeed.",
    DEPENDENCY_SKIPPED: "Not tried, because a step that it depends on was skipped by a person.",
    SKIPPED_BY_PERSON: "Skipped by a person before its turn came.",
    CHANGED_UNDER_US: (
        "The tenant is neither as the plan assumed nor as wanted: somebody else changed it. "
        "Nothing was written."
    ),
    NOT_CONFIRMED: "Accepted by Microsoft Graph, but reading back did not confirm it in time.",
    RAN_OUT_OF_TIME: "Microsoft Graph kept refusing for as long as we try.",
    GUARDED: (
        "Refused, most likely because the person holds a directory role. Microsoft Graph then "
        "wants a directory role of our recovery application too (Privileged Authentication "
        "Administrator reaches everybody). Assign one to it in Entra and recover what is left, or "
        "change it by hand."
    ),
    RUN_CANCELLED: "Not tried, because the run was cancelled.",
    PLAN_STALE: "Not tried, because the tenant was not as the plan assumes.",
    REFUSED: "Microsoft Graph refused the write.",
}


def explain(code: str) -> str:
    """A reason of a step, a result or a change, in words for people."""
    return WORDS.get(code) or of_changes.explain(code)
