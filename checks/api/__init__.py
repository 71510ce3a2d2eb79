"""Rules about routes and what they tell their callers."""
