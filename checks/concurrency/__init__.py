"""Rules about code that waits: for other systems, for other code, and for how long."""
