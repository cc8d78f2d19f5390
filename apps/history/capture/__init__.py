"""Capture: reading a tenant and appending what changed.

One collection (kind) after the other is read into temporary tables, compared with the newest
versions, and what changed is accepted; at the end all of it is sealed in one transaction. The
temporary tables belong to the database session: whatever kills the process takes them with it, so
there is either a whole snapshot or none, and nothing to clean up.
"""
