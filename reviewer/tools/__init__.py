"""The tools that run beside our checks: their output to findings."""

from reviewer.tools.findings import Heard, heard, refused
from reviewer.tools.report import read

__all__ = ["Heard", "heard", "read", "refused"]
