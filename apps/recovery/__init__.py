"""Recovery: a plan from a difference report, a second person's yes, and the run that does it."""
