"""A door of the shape of Microsoft Graph's own recovery API, for scripts that were written for it.

Same addresses below `/api/graph/{tenant}/v1.0` (and beta), same bodies, enumerations, errors and
way of paging; behind it stand Holdfast's snapshots, difference reports, requests and runs with the
rights that they have everywhere. docs/api.md says how one is shown as the other.
https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-backup-recovery-overview
"""
