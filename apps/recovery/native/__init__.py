"""Microsoft's own recovery of Entra as a second engine for plans (ADR 0117).

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-backup-recovery-overview
"""
