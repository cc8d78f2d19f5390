"""Files of other tools become a snapshot: found, recognised, and told about one by one."""
