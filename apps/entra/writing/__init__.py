"""Turning a wanted state into requests, as the catalogue says."""

from apps.entra.writing.request import WriteRequest

__all__ = ["WriteRequest"]
