"""From a report and a selection to an ordered plan. Reads history and writes nothing."""
