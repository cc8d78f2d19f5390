"""Microsoft's refusals to start a recovery, in the words of this engine where Graph's own would
lead nowhere (https://learn.microsoft.com/entra/backup/troubleshooting)."""

from __future__ import annotations

from apps.core.errors import Conflict
from apps.entra.errors import EntraError, NotLicensed

BUSY, _DENIED = 409, 403
NEEDS_LICENCE = "The tenant has no Entra ID P1 or P2, without which Microsoft has no recovery."


def explained(error: EntraError) -> Exception:
    """What to raise in place of a refusal."""
    if error.status == BUSY:
        return Conflict(
            "Another recovery or difference report of Microsoft's is going on in the tenant, and "
            "there can be one at a time.",
            code="native-job-running",
            safe="Nothing was written.",
            todo="Wait until it has ended and try the recovery again, or have Holdfast recover.",
        )
    if isinstance(error, NotLicensed):
        return Conflict(
            NEEDS_LICENCE,
            code="native-unlicensed",
            safe="Nothing was written.",
            todo="Make the plan again and have Holdfast recover, or buy the licence first.",
        )
    if error.status == _DENIED:
        return Conflict(
            "Microsoft refused the recovery to whoever signed in.",
            code="native-denied",
            safe="Nothing was written.",
            todo="Try it again, and sign in as somebody who holds the role Entra Backup "
            "Administrator and may consent to EntraBackup.ReadWrite.Recovery.",
        )
    return error
