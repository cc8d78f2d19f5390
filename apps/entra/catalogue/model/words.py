"""The words that the catalogue is written in."""

from enum import StrEnum
from typing import Literal

Version = Literal["v1.0", "beta"]


class Writability(StrEnum):
    """Who can write a property, and how."""

    WRITABLE = "writable"  # by an application, in one PATCH with the others
    OWN_REQUEST = "own-request"  # by an application, but in a request of its own
    CREATE_ONLY = "create-only"
    READ_ONLY = "read-only"
    DELEGATED_ONLY = "delegated-only"  # only with a signed-in user
    WRITE_ONLY = "write-only"  # never read back
    WITHHELD = "withheld"  # Graph would let an application write it; Holdfast does not


class Clearing(StrEnum):
    """What has to be sent to empty a property."""

    NULL = "null"
    EMPTY = "[]"
    NEVER = "not-clearable"


class Lane(StrEnum):
    """Requests that share one pace."""

    DIRECTORY = "directory"
    CONDITIONAL_ACCESS = "conditional-access"
    AUDIT = "audit"
    POLICY = "policy"
    # These two draw on the directory's allowance and go on beside what else it has to do.
    APPLICATIONS = "applications"
    GOVERNANCE = "governance"


class SoftDelete(StrEnum):
    """Where a deleted object waits for 30 days, if anywhere."""

    DIRECTORY = "directory"  # /directory/deletedItems
    POLICY = "policy"  # /identity/conditionalAccess/deletedItems
    ROLES = "roles"  # /roleManagement/directory/deletedItems
    NONE = "none"
