"""Nobody leaves by one person's word, and what was erased stays erased."""
