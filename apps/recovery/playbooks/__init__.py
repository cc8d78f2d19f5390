"""Playbooks: saved, named filters that say what of a difference report is brought back, together
with what it refers to and what hangs on it."""
