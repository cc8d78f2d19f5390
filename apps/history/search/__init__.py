"""Searching a tenant's history: any object at any snapshot by what people know it by.

Names lie sealed in bodies, so the database cannot search them. The index keeps, sealed as well, of
every object what it was called from position to position (entries), in leaves of about a thousand
(leaves), each with a bitmap that says which parts of words may be in it (tokens). It is derived
from the log (indexing) and may lag behind: what it does not know yet is read from the log itself
(unindexed), so that what is found is always right (finding).
"""
