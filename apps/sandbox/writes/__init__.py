"""Every write of Microsoft Graph that the sandbox stands in for: one small file per family."""
