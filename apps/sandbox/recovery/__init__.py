"""Microsoft's own backup and recovery of a directory: /directory/recovery.

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-backup-recovery-overview

Daily points are kept by the directory itself (`apps/sandbox/state/past.py`). What no page tells is
as mild as can be; docs/sandbox.md lists it.
"""
