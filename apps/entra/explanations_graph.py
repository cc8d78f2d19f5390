"""The refusals of Microsoft Graph, by code, text and status.

https://learn.microsoft.com/graph/errors
"""

from collections.abc import Mapping

from apps.entra.explanations_model import Explanation

_LOOK = "Open the step to see what Graph said, mend it, and make a new plan."

LICENCE_MISSING = Explanation(
    "not-licensed",
    "not-licensed",
    "The tenant has no licence for this part of Entra.",
    "Nothing, unless the tenant should have it: then assign the licence and capture again.",
)
# https://learn.microsoft.com/graph/deployments#supported-features
NOT_OFFERED = Explanation(
    "not-offered",
    "not-offered",
    "Graph does not offer this in the tenant's cloud.",
    "Nothing: national clouds lack some parts of Entra.",
)
PERMISSION_MISSING = Explanation(
    "permission-missing",
    "denied",
    "Our application lacks a permission or directory role for this.",
    "Test the connection: it names what is missing. Then send the consent link again.",
)
TOKEN_REFUSED = Explanation(
    "token-refused",
    "needs-consent",
    "Graph did not accept our token.",
    "Test the connection; consent may have been taken back.",
)
NOT_THERE = Explanation(
    "not-there",
    "permanent",
    "Graph does not have this object, or does not see it yet.",
    "Right after a creation it is tried again; otherwise the object is gone: capture again.",
)
REFERENCE_NOT_SEEN = Explanation(
    "reference-not-seen",
    "replication-lag",
    "Something that this refers to is not there, or not everywhere in Entra yet.",
    "It is tried again; if it stays, look whether the other object still exists.",
)
LINK_THERE = Explanation(
    "link-there", "conflict", "The link is there already.", "Nothing: this is the wanted state."
)
LINK_ABSENT = Explanation(
    "link-absent", "conflict", "The link is gone already.", "Nothing: this is the wanted state."
)
SECRET_ABSENT = Explanation(
    "secret-absent",
    "conflict",
    "The secret or certificate is gone already.",
    "Nothing: this is the wanted state.",
)
VALUE_NOT_TAKEN = Explanation(
    "value-not-taken",
    "replication-lag",
    "Graph does not take a value, or does not see yet what a value refers to.",
    "It is tried again for a while; if it stays, open the step and mend the value by hand.",
)
VALUE_TAKEN = Explanation(
    "value-taken",
    "conflict",
    "Another object has a value that must be unique.",
    "Find the other object (the bin counts too) and free the value.",
)
DISABLE_FIRST = Explanation(
    "disable-first",
    "permanent",
    "A role or scope has to be switched off before it can be changed or removed.",
    "It is done in two requests; if it stays, try again in a minute.",
)
CONCURRENT = Explanation(
    "concurrent-write",
    "throttled",
    "Somebody else was writing to the same object.",
    "It is tried again by itself.",
)
POLICY_SHAPE = Explanation(
    "policy-shape",
    "permanent",
    "Graph does not take the Conditional Access policy in this form.",
    "A part of it may exist only in the portal's own version of Graph; recover it by hand.",
)
LOCATION_MISSING = Explanation(
    "location-missing",
    "replication-lag",
    "The policy names a location that is not there, or not everywhere yet.",
    "It is tried again; if it stays, recover the named location first.",
)
CURSOR_EXPIRED = Explanation(
    "resync-required",
    "resync-required",
    "The place in the tenant's stream of changes is too old.",
    "Nothing: a full capture takes its place by itself.",
)
PAGE_EXPIRED = Explanation(
    "page-token-expired",
    "page-token-expired",
    "Graph forgot where in the list we were.",
    "Nothing: the list is read again from its beginning.",
)
BUSY = Explanation(
    "throttled",
    "throttled",
    "Graph asks for patience.",
    "It is tried again by itself.",
)
UNKNOWN_REFUSAL = Explanation("graph-refused", "permanent", "Graph refused the request.", _LOOK)

BY_TEXT: tuple[tuple[str, Explanation], ...] = (
    ("premium license", LICENCE_MISSING),
    ("not licensed for this feature", LICENCE_MISSING),
    ("Request not applicable to target tenant", LICENCE_MISSING),
    ("tenant needs to have Microsoft Entra ID", LICENCE_MISSING),
    ("tenant needs an AAD Premium", LICENCE_MISSING),
    ("Resource not found for the segment", NOT_OFFERED),
    ("added object references already exist", LINK_THERE),
    ("removed object references do not exist", LINK_ABSENT),
    ("Permission being assigned already exists", LINK_THERE),
    ("No password credential found with keyId", SECRET_ABSENT),
    ("No credentials found to be removed", SECRET_ABSENT),
    ("unless disabled first", DISABLE_FIRST),
    ("Another object with the same value for property", VALUE_TAKEN),
    ("A conflicting object with one or more", VALUE_TAKEN),
    ("does not reference a valid application object", REFERENCE_NOT_SEEN),
    ("backing application of the service principal", REFERENCE_NOT_SEEN),
    ("Not a valid reference update", REFERENCE_NOT_SEEN),
    ("One or more property values specified are invalid", VALUE_NOT_TAKEN),
    ("1040:", LOCATION_MISSING),
    ("1007:", POLICY_SHAPE),
    ("1011:", POLICY_SHAPE),
    ("1108:", POLICY_SHAPE),
    ("1118:", POLICY_SHAPE),
)

BY_CODE: Mapping[str, Explanation] = {
    "AadPremiumLicenseRequired": LICENCE_MISSING,
    "RoleAssignmentExists": LINK_THERE,
    "RoleAssignmentDoesNotExist": LINK_ABSENT,
    "Authorization_RequestDenied": PERMISSION_MISSING,
    "accessDenied": PERMISSION_MISSING,
    "AccessDenied": PERMISSION_MISSING,
    "Forbidden": PERMISSION_MISSING,
    "Authorization_IdentityNotFound": TOKEN_REFUSED,
    "InvalidAuthenticationToken": TOKEN_REFUSED,
    "Request_ResourceNotFound": NOT_THERE,
    "ResourceNotFound": NOT_THERE,
    "itemNotFound": NOT_THERE,
    "RoleNotFound": REFERENCE_NOT_SEEN,
    "SubjectNotFound": REFERENCE_NOT_SEEN,
    "Error_MsaAppDoesNotExist": REFERENCE_NOT_SEEN,
    "Directory_ConcurrencyViolation": CONCURRENT,
    "TooManyRequests": BUSY,
    "serviceNotAvailable": BUSY,
    "syncStateNotFound": CURSOR_EXPIRED,
    "SyncStateNotFound": CURSOR_EXPIRED,
    "resyncRequired": CURSOR_EXPIRED,
    "Directory_ResyncRequired": CURSOR_EXPIRED,
    "DirectoryPageTokenNotFoundException": PAGE_EXPIRED,
    "Directory_ExpiredPageToken": PAGE_EXPIRED,
    "Directory_QuotaExceeded": Explanation(
        "quota",
        "permanent",
        "The tenant holds as many objects as it may.",
        "Objects in the bin count too: empty it, or ask Microsoft for a larger quota.",
    ),
    "Request_UnsupportedQuery": UNKNOWN_REFUSAL,
}

BY_STATUS: Mapping[int, Explanation] = {
    401: TOKEN_REFUSED,
    403: PERMISSION_MISSING,
    404: NOT_THERE,
    409: Explanation(
        "conflict",
        "conflict",
        "The object changed under our hands, or another one is in the way.",
        "Capture again and make a new plan.",
    ),
    410: CURSOR_EXPIRED,
    412: Explanation(
        "conflict", "conflict", "The object changed under our hands.", "Make a new plan."
    ),
    424: Explanation(
        "earlier-failed",
        "conflict",
        "A request that this one waits for failed.",
        "Mend the first one; this one follows.",
    ),
    429: BUSY,
    500: BUSY,
    502: BUSY,
    503: BUSY,
    504: BUSY,
    509: BUSY,
}
