"""Versions, snapshots, capture and verification: a tenant's history as an append-only log."""
