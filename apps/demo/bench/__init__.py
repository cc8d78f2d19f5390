"""What Holdfast costs: captures, a comparison and recoveries, measured against the sandbox.

Every figure comes from a process of its own that does nothing else (`measuring`), on an
installation of its own (`one_size`); what went over the wire is read from the sandbox's request log
(`traffic`), not from our own counters.
"""
