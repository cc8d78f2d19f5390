"""Doing what an approved plan says: check, write, journal, read back."""
