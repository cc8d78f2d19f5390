"""Drills: a recovery rehearsed to its last step, on a schedule, with evidence of how it went.

A snapshot of a tenant is brought to a place of its own (`places`), damaged there by a scenario
(`scenarios`, `damaging`), and recovered by the ordinary way: capture, difference report, plan, run,
read-back (`rehearsing`). What a rehearsal needs in the database belongs to a tenant that only
stands for the real one (`standing_in`) and is erased afterwards; what stays is the signed evidence
(`evidence`), for whoever asks when a restore was last tried.
"""
