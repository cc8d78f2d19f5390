"""Taking a tenant's data out as files: everything ever kept, or one snapshot for people to read."""

from apps.history.exporting.whole_history import export_history

__all__ = ["export_history"]
