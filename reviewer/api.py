"""All that a check may import."""

from reviewer.behaviour import behaviour
from reviewer.check import Bad, Check, Good, Settings, on, on_project
from reviewer.context import Context, ProjectContext, below, dotted
from reviewer.flags import choosing
from reviewer.index.answers import (
    ClassAnswer,
    Column,
    Crossing,
    Databases,
    Definition,
    ForeignKey,
    Immutability,
    Kind,
    Layer,
    OrmModel,
    Placement,
    Role,
    Table,
)
from reviewer.model import Confidence, Edit, Extent, Finding, Fix, Level, Related, Span
from reviewer.revisions import Operation, Revision
from reviewer.session_use import SessionUse, spelled

__all__ = [
    "Bad",
    "Check",
    "ClassAnswer",
    "Column",
    "Confidence",
    "Context",
    "Crossing",
    "Databases",
    "Definition",
    "Edit",
    "Extent",
    "Finding",
    "Fix",
    "ForeignKey",
    "Good",
    "Immutability",
    "Kind",
    "Layer",
    "Level",
    "Operation",
    "OrmModel",
    "Placement",
    "ProjectContext",
    "Related",
    "Revision",
    "Role",
    "SessionUse",
    "Settings",
    "Span",
    "Table",
    "behaviour",
    "below",
    "choosing",
    "dotted",
    "on",
    "on_project",
    "spelled",
]
