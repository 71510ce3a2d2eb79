"""Rules about tests."""
