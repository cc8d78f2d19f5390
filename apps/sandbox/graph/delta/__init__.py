"""Delta queries: initial rounds, rounds of changes, tokens.

https://learn.microsoft.com/graph/delta-query-overview
"""
