"""All that a check may import."""

from reviewer.bindings import binder, class_held
from reviewer.check import Bad, Check, Good, Settings, on, on_project
from reviewer.context import Context, ProjectContext, dotted
from reviewer.index.answers import (
    ClassAnswer,
    Definition,
    Immutability,
    Kind,
    Layer,
    OrmModel,
    Placement,
    Role,
)
from reviewer.model import Confidence, Edit, Extent, Finding, Fix, Level, Related, Span
from reviewer.revisions import Revision

__all__ = [
    "Bad",
    "Check",
    "ClassAnswer",
    "Confidence",
    "Context",
    "Definition",
    "Edit",
    "Extent",
    "Finding",
    "Fix",
    "Good",
    "Immutability",
    "Kind",
    "Layer",
    "Level",
    "OrmModel",
    "Placement",
    "ProjectContext",
    "Related",
    "Revision",
    "Role",
    "Settings",
    "Span",
    "binder",
    "class_held",
    "dotted",
    "on",
    "on_project",
]
