"""GitHub's own description of the operations we use, and the check against it."""
