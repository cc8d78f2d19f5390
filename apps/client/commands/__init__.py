"""The commands, a module for each part of the work. Each has `add_to`, which declares them."""
