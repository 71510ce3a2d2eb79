"""The tools that run beside our checks: their output to findings."""
