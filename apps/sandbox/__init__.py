"""A strict stand-in for Microsoft Entra: sign-in and Graph on one port, for demo, drills and tests.

Runs alone (`python -m apps.sandbox --help`), knows nothing of Django and shares nothing with the
product, so that a mistake made here cannot cancel one made there.
"""
