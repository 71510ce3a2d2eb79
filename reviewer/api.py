"""All that a check may import."""

from reviewer.behaviour import behaviour
from reviewer.binding import bound
from reviewer.check import Bad, Check, Good, Settings, on, on_project
from reviewer.clients import ClientUse, may_wait
from reviewer.composition import Flow, Given, is_composed, pieces
from reviewer.context import Context, ProjectContext
from reviewer.flags import choosing
from reviewer.freezing import frozen
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
from reviewer.nodes import below, dotted, in_body, look, parts
from reviewer.picking import Use, uses_in
from reviewer.return_types import result_of
from reviewer.returning import Returned
from reviewer.revisions import Operation, Revision
from reviewer.rewriting import behind, with_argument, with_import, with_return, with_status
from reviewer.session_use import SessionUse, spelled
from reviewer.together import together
from reviewer.unchanging import fixed_field

__all__ = [
    "Bad",
    "Check",
    "ClassAnswer",
    "ClientUse",
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
    "Flow",
    "ForeignKey",
    "Given",
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
    "behaviour",
    "behind",
    "below",
    "bound",
    "choosing",
    "dotted",
    "fixed_field",
    "frozen",
    "in_body",
    "is_composed",
    "look",
    "may_wait",
    "on",
    "on_project",
    "parts",
    "pieces",
    "result_of",
    "spelled",
    "together",
    "uses_in",
    "with_argument",
    "with_import",
    "with_return",
    "with_status",
]
