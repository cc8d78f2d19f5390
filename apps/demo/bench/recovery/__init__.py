"""How fast and how lean recoveries are, beside what Graph allows."""
