"""Rules on value objects."""
