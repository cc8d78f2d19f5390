"""Who is shown which MSP's branding, and changing it."""
