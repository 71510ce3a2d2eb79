"""Rules about repositories and transactions."""
