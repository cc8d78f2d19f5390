"""Signed documents of plans and runs, as JSON and as PDF, for auditors, insurers and customers.

The JSON document has every step and is what is signed. The PDF says the same for people, prints the
digest and the signature of the JSON document, and carries that along where it is not too large.
Neither holds attribute values: those stay on the pages, under the tenant's rights.
"""
