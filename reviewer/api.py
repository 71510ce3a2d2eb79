"""All that a check may import."""

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
    ParameterKind,
    Placement,
    Role,
    Route,
    RouteParameter,
    Table,
)
from reviewer.model import Confidence, Edit, Extent, Finding, Fix, Level, Related, Span
from reviewer.picking import Use, uses_in
from reviewer.returning import Returned
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
    "ParameterKind",
    "Placement",
    "ProjectContext",
    "Related",
    "Returned",
    "Revision",
    "Role",
    "Route",
    "RouteParameter",
    "SessionUse",
    "Settings",
    "Span",
    "Table",
    "Use",
    "below",
    "choosing",
    "dotted",
    "on",
    "on_project",
    "spelled",
    "uses_in",
]
