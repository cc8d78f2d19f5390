"""What leaves the house: one outbox."""
