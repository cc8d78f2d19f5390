"""From a report and a selection to an ordered plan. Pure but for reading history; writes nothing."""
