"""Rules about functions and classes."""
