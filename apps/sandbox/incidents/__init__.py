"""Scripted incidents: what goes wrong in real tenants, done through Graph by someone with a name.

`run` is the way in. Every incident acts through the same rules as any client, so that the audit log
says who did it, and gives back the ids of what it changed.
"""

from apps.sandbox.incidents.run import NAMES, run
from apps.sandbox.incidents.script import IncidentError

__all__ = ["NAMES", "IncidentError", "run"]
