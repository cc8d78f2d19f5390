"""How long snapshots stay: keep rules, templates, pins, legal holds, and what is planned to go.

`rules`, `periods` and `keeping` are pure: which snapshots stay, by which rule, until when.
`selectors` reads what is in force for a tenant; `changes`, `templates`, `pins` and `holds` change
it; `planning` plans removals. Nothing here removes anything: that is apps.history.pruning, and it
takes nothing that `selectors.removable` does not name. Nobody can delete a snapshot by himself:
there is no such service.
"""
