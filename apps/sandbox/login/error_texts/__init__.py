"""AADSTS codes with their errors and texts.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from . import clients, people, requests

ROWS = people.ROWS | clients.ROWS | requests.ROWS

__all__ = ["ROWS"]
