"""A static review of Python backend pull requests: what this change introduced, and nothing else."""

__version__ = "0.1.0"
