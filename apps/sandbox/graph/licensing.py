"""What a tenant without Entra ID P2 is told."""

PREMIUM = "AAD_PREMIUM_P2"
NO_LICENCE = (
    "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
)
