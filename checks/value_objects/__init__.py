"""Rules about value objects."""
