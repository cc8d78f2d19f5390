"""Every tenant on one screen, sorted by need.

`facts` reads how all tenants stand, in a few queries however many there are; `needs` says what is
wrong with one, in words; `rows` sorts, narrows and pages; `charts` draws what changed lately.
"""
