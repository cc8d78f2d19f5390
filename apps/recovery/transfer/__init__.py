"""A snapshot of one tenant put into another of the same MSP, as a rehearsal or as a way out.

The snapshot is translated (domains, ids) and laid over the other tenant's state as a position of
its own history; from there on it is an ordinary report, plan, approval and run. Nothing is written
to the tenant that the snapshot is of.
"""
