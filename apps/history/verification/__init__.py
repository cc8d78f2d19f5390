"""Checking that a tenant's history is as it was sealed, and naming what is not.

`verify` looks, `verify_and_record` also keeps what it found and tells those who manage the tenant.
Each kind of damage has a code (`Code`). What cannot be found from inside: newest snapshots cut off
the end together with everything that mentions them (search index, audit trail, earlier
verifications, off-site copies); a root kept elsewhere shows that (`known`).
"""

from apps.history.verification.damage import Code, Damage
from apps.history.verification.result import FULL, VerificationResult
from apps.history.verification.running import verify
from apps.history.verification.witnesses import KnownRoot

__all__ = ["FULL", "Code", "Damage", "KnownRoot", "VerificationResult", "verify"]
