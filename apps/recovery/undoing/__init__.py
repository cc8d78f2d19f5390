"""Taking a run back: what it touched, what others did since, and the plan that undoes it.

An undo is a recovery like any other: a difference report from the safety snapshot to now, narrowed
to what the run touched; a plan of it; a request, an approval and a run.
"""
