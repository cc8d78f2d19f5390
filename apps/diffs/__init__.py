"""Differences: what changed between two snapshots of a tenant, who changed it, and what of it
could be brought back."""
