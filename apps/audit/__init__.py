"""The record of who did what: append-only, hash-chained, refused to be edited by PostgreSQL."""
