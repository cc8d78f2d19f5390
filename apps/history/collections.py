"""What a capture reads: the kinds of the catalogue, and the directory audit log."""

from apps.entra.catalogue import KINDS, Kind

DIRECTORY_AUDIT = "directoryAudit"

# Kinds without delta that cost a request for each object of another kind. A delta capture leaves
# them as they are; everything else without delta is small enough to be read whole each time.
# Authentication contexts share the one request a second of Conditional Access.
FULL_CAPTURES_ONLY = frozenset(
    {
        "appRoleAssignment",
        "federatedIdentityCredential",
        "authenticationContextClassReference",
    }
)


def read_apart(kind: Kind) -> str:
    """The name under which a manifest tells how much is known of what is read apart."""
    return f"{kind.name}.{'+'.join(kind.read_apart)}"


def kinds() -> tuple[Kind, ...]:
    """The kinds in the order in which they are read."""
    return KINDS


def read_in_delta_captures(kind: Kind) -> bool:
    """Whether a delta capture reads this kind at all."""
    return kind.name not in FULL_CAPTURES_ONLY
