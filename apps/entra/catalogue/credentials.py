"""Keys and secrets of applications and service principals: seen, and never given out."""

from apps.entra.catalogue.model import Clearing, Property, Writability

_ACTS_AS = "Whoever holds one acts as the application."

KEY_CREDENTIALS = Property(
    "keyCredentials",
    write=Writability.WITHHELD,
    clear=Clearing.NEVER,
    unordered=True,
    reason=(
        "A certificate is trust in somebody's private key: Holdfast shows what changed, and a "
        "person uploads or removes it."
    ),
    sensitive=_ACTS_AS,
)

PASSWORD_CREDENTIALS = Property(
    "passwordCredentials",
    write=Writability.OWN_REQUEST,
    clear=Clearing.EMPTY,
    unordered=True,
    caveat=(
        "A secret that was added can be taken away again (removePassword). One that is gone "
        "cannot come back: Entra never gives its text out."
    ),
    sensitive=_ACTS_AS,
)
