"""What the nodes of libcst hold, in the order of the source; written by `python -m tests.node_fields`.

White space, comments and punctuation are left out.
"""

from collections.abc import Mapping

import libcst as cst

Kind = type[cst.CSTNode]

# The fields of each type of node that hold nodes, and the types that they may hold, or bases of those.
HOLDS: Mapping[Kind, Mapping[str, tuple[Kind, ...]]] = {
    cst.Add: {},
    cst.AddAssign: {},
    cst.And: {},
    cst.AnnAssign: {
        "target": (cst.BaseAssignTargetExpression,),
        "annotation": (cst.Annotation,),
        "value": (cst.BaseExpression,),
    },
    cst.Annotation: {
        "annotation": (cst.BaseExpression,),
    },
    cst.Arg: {
        "keyword": (cst.Name,),
        "value": (cst.BaseExpression,),
    },
    cst.AsName: {
        "name": (
            cst.List,
            cst.Name,
            cst.Tuple,
        ),
    },
    cst.Assert: {
        "test": (cst.BaseExpression,),
        "msg": (cst.BaseExpression,),
    },
    cst.Assign: {
        "targets": (cst.AssignTarget,),
        "value": (cst.BaseExpression,),
    },
    cst.AssignEqual: {},
    cst.AssignTarget: {
        "target": (cst.BaseAssignTargetExpression,),
    },
    cst.Asynchronous: {},
    cst.Attribute: {
        "value": (cst.BaseExpression,),
        "attr": (cst.Name,),
    },
    cst.AugAssign: {
        "target": (cst.BaseAssignTargetExpression,),
        "operator": (cst.BaseAugOp,),
        "value": (cst.BaseExpression,),
    },
    cst.Await: {
        "expression": (cst.BaseExpression,),
    },
    cst.BinaryOperation: {
        "left": (cst.BaseExpression,),
        "operator": (cst.BaseBinaryOp,),
        "right": (cst.BaseExpression,),
    },
    cst.BitAnd: {},
    cst.BitAndAssign: {},
    cst.BitInvert: {},
    cst.BitOr: {},
    cst.BitOrAssign: {},
    cst.BitXor: {},
    cst.BitXorAssign: {},
    cst.BooleanOperation: {
        "left": (cst.BaseExpression,),
        "operator": (cst.BaseBooleanOp,),
        "right": (cst.BaseExpression,),
    },
    cst.Break: {},
    cst.Call: {
        "func": (cst.BaseExpression,),
        "args": (cst.Arg,),
    },
    cst.ClassDef: {
        "decorators": (cst.Decorator,),
        "name": (cst.Name,),
        "type_parameters": (cst.TypeParameters,),
        "bases": (cst.Arg,),
        "keywords": (cst.Arg,),
        "body": (cst.BaseSuite,),
    },
    cst.Colon: {},
    cst.Comma: {},
    cst.Comment: {},
    cst.CompFor: {
        "target": (cst.BaseAssignTargetExpression,),
        "iter": (cst.BaseExpression,),
        "ifs": (cst.CompIf,),
        "inner_for_in": (cst.CompFor,),
    },
    cst.CompIf: {
        "test": (cst.BaseExpression,),
    },
    cst.Comparison: {
        "left": (cst.BaseExpression,),
        "comparisons": (cst.ComparisonTarget,),
    },
    cst.ComparisonTarget: {
        "operator": (cst.BaseCompOp,),
        "comparator": (cst.BaseExpression,),
    },
    cst.ConcatenatedString: {
        "left": (
            cst.FormattedString,
            cst.SimpleString,
        ),
        "right": (
            cst.ConcatenatedString,
            cst.FormattedString,
            cst.SimpleString,
        ),
    },
    cst.Continue: {},
    cst.Decorator: {
        "decorator": (cst.BaseExpression,),
    },
    cst.Del: {
        "target": (cst.BaseDelTargetExpression,),
    },
    cst.Dict: {
        "elements": (cst.BaseDictElement,),
    },
    cst.DictComp: {
        "key": (cst.BaseExpression,),
        "value": (cst.BaseExpression,),
        "for_in": (cst.CompFor,),
    },
    cst.DictElement: {
        "key": (cst.BaseExpression,),
        "value": (cst.BaseExpression,),
    },
    cst.Divide: {},
    cst.DivideAssign: {},
    cst.Dot: {},
    cst.Element: {
        "value": (cst.BaseExpression,),
    },
    cst.Ellipsis: {},
    cst.Else: {
        "body": (cst.BaseSuite,),
    },
    cst.EmptyLine: {
        "comment": (cst.Comment,),
    },
    cst.Equal: {},
    cst.ExceptHandler: {
        "type": (cst.BaseExpression,),
        "name": (cst.AsName,),
        "body": (cst.BaseSuite,),
    },
    cst.ExceptStarHandler: {
        "type": (cst.BaseExpression,),
        "name": (cst.AsName,),
        "body": (cst.BaseSuite,),
    },
    cst.Expr: {
        "value": (cst.BaseExpression,),
    },
    cst.Finally: {
        "body": (cst.BaseSuite,),
    },
    cst.Float: {},
    cst.FloorDivide: {},
    cst.FloorDivideAssign: {},
    cst.For: {
        "target": (cst.BaseAssignTargetExpression,),
        "iter": (cst.BaseExpression,),
        "body": (cst.BaseSuite,),
        "orelse": (cst.Else,),
    },
    cst.FormattedString: {
        "parts": (cst.BaseFormattedStringContent,),
    },
    cst.FormattedStringExpression: {
        "expression": (cst.BaseExpression,),
        "format_spec": (cst.BaseFormattedStringContent,),
    },
    cst.FormattedStringText: {},
    cst.From: {
        "item": (cst.BaseExpression,),
    },
    cst.FunctionDef: {
        "decorators": (cst.Decorator,),
        "name": (cst.Name,),
        "type_parameters": (cst.TypeParameters,),
        "params": (cst.Parameters,),
        "returns": (cst.Annotation,),
        "body": (cst.BaseSuite,),
    },
    cst.GeneratorExp: {
        "elt": (cst.BaseExpression,),
        "for_in": (cst.CompFor,),
    },
    cst.Global: {
        "names": (cst.NameItem,),
    },
    cst.GreaterThan: {},
    cst.GreaterThanEqual: {},
    cst.If: {
        "test": (cst.BaseExpression,),
        "body": (cst.BaseSuite,),
        "orelse": (
            cst.Else,
            cst.If,
        ),
    },
    cst.IfExp: {
        "body": (cst.BaseExpression,),
        "test": (cst.BaseExpression,),
        "orelse": (cst.BaseExpression,),
    },
    cst.Imaginary: {},
    cst.Import: {
        "names": (cst.ImportAlias,),
    },
    cst.ImportAlias: {
        "name": (
            cst.Attribute,
            cst.Name,
        ),
        "asname": (cst.AsName,),
    },
    cst.ImportFrom: {
        "relative": (cst.Dot,),
        "module": (
            cst.Attribute,
            cst.Name,
        ),
        "names": (
            cst.ImportAlias,
            cst.ImportStar,
        ),
    },
    cst.ImportStar: {},
    cst.In: {},
    cst.IndentedBlock: {
        "body": (cst.BaseStatement,),
    },
    cst.Index: {
        "value": (cst.BaseExpression,),
    },
    cst.Integer: {},
    cst.Is: {},
    cst.IsNot: {},
    cst.Lambda: {
        "params": (cst.Parameters,),
        "body": (cst.BaseExpression,),
    },
    cst.LazyImport: {
        "names": (cst.ImportAlias,),
    },
    cst.LazyImportFrom: {
        "relative": (cst.Dot,),
        "module": (
            cst.Attribute,
            cst.Name,
        ),
        "names": (
            cst.ImportAlias,
            cst.ImportStar,
        ),
    },
    cst.LeftCurlyBrace: {},
    cst.LeftParen: {},
    cst.LeftShift: {},
    cst.LeftShiftAssign: {},
    cst.LeftSquareBracket: {},
    cst.LessThan: {},
    cst.LessThanEqual: {},
    cst.List: {
        "elements": (cst.BaseElement,),
    },
    cst.ListComp: {
        "elt": (cst.BaseExpression,),
        "for_in": (cst.CompFor,),
    },
    cst.Match: {
        "subject": (cst.BaseExpression,),
        "cases": (cst.MatchCase,),
    },
    cst.MatchAs: {
        "pattern": (cst.MatchPattern,),
        "name": (cst.Name,),
    },
    cst.MatchCase: {
        "pattern": (cst.MatchPattern,),
        "guard": (cst.BaseExpression,),
        "body": (cst.BaseSuite,),
    },
    cst.MatchClass: {
        "cls": (cst.BaseExpression,),
        "patterns": (cst.MatchSequenceElement,),
        "kwds": (cst.MatchKeywordElement,),
    },
    cst.MatchKeywordElement: {
        "key": (cst.Name,),
        "pattern": (cst.MatchPattern,),
    },
    cst.MatchList: {
        "patterns": (
            cst.MatchSequenceElement,
            cst.MatchStar,
        ),
    },
    cst.MatchMapping: {
        "elements": (cst.MatchMappingElement,),
        "rest": (cst.Name,),
        "trailing_comma": (cst.Comma,),
    },
    cst.MatchMappingElement: {
        "key": (cst.BaseExpression,),
        "pattern": (cst.MatchPattern,),
    },
    cst.MatchOr: {
        "patterns": (cst.MatchOrElement,),
    },
    cst.MatchOrElement: {
        "pattern": (cst.MatchPattern,),
        "separator": (cst.BitOr,),
    },
    cst.MatchSequenceElement: {
        "value": (cst.MatchPattern,),
    },
    cst.MatchSingleton: {
        "value": (cst.Name,),
    },
    cst.MatchStar: {
        "name": (cst.Name,),
    },
    cst.MatchTuple: {
        "patterns": (
            cst.MatchSequenceElement,
            cst.MatchStar,
        ),
    },
    cst.MatchValue: {
        "value": (cst.BaseExpression,),
    },
    cst.MatrixMultiply: {},
    cst.MatrixMultiplyAssign: {},
    cst.Minus: {},
    cst.Module: {
        "body": (
            cst.BaseCompoundStatement,
            cst.SimpleStatementLine,
        ),
    },
    cst.Modulo: {},
    cst.ModuloAssign: {},
    cst.Multiply: {},
    cst.MultiplyAssign: {},
    cst.Name: {},
    cst.NameItem: {
        "name": (cst.Name,),
    },
    cst.NamedExpr: {
        "target": (cst.BaseExpression,),
        "value": (cst.BaseExpression,),
    },
    cst.Newline: {},
    cst.Nonlocal: {
        "names": (cst.NameItem,),
    },
    cst.Not: {},
    cst.NotEqual: {},
    cst.NotIn: {},
    cst.Or: {},
    cst.Param: {
        "name": (cst.Name,),
        "annotation": (cst.Annotation,),
        "default": (cst.BaseExpression,),
    },
    cst.ParamSlash: {},
    cst.ParamSpec: {
        "name": (cst.Name,),
    },
    cst.ParamStar: {},
    cst.Parameters: {
        "posonly_params": (cst.Param,),
        "posonly_ind": (cst.ParamSlash,),
        "params": (cst.Param,),
        "star_arg": (
            cst.Param,
            cst.ParamStar,
        ),
        "kwonly_params": (cst.Param,),
        "star_kwarg": (cst.Param,),
    },
    cst.ParenthesizedWhitespace: {
        "first_line": (cst.TrailingWhitespace,),
        "last_line": (cst.SimpleWhitespace,),
    },
    cst.Pass: {},
    cst.Plus: {},
    cst.Power: {},
    cst.PowerAssign: {},
    cst.Raise: {
        "exc": (cst.BaseExpression,),
        "cause": (cst.From,),
    },
    cst.Return: {
        "value": (cst.BaseExpression,),
    },
    cst.RightCurlyBrace: {},
    cst.RightParen: {},
    cst.RightShift: {},
    cst.RightShiftAssign: {},
    cst.RightSquareBracket: {},
    cst.Semicolon: {},
    cst.Set: {
        "elements": (cst.BaseElement,),
    },
    cst.SetComp: {
        "elt": (cst.BaseExpression,),
        "for_in": (cst.CompFor,),
    },
    cst.SimpleStatementLine: {
        "body": (cst.BaseSmallStatement,),
    },
    cst.SimpleStatementSuite: {
        "leading_whitespace": (cst.SimpleWhitespace,),
        "body": (cst.BaseSmallStatement,),
    },
    cst.SimpleString: {},
    cst.SimpleWhitespace: {},
    cst.Slice: {
        "lower": (cst.BaseExpression,),
        "first_colon": (cst.Colon,),
        "upper": (cst.BaseExpression,),
        "second_colon": (cst.Colon,),
        "step": (cst.BaseExpression,),
    },
    cst.StarredDictComp: {
        "value": (cst.BaseExpression,),
        "for_in": (cst.CompFor,),
    },
    cst.StarredDictElement: {
        "value": (cst.BaseExpression,),
    },
    cst.StarredElement: {
        "value": (cst.BaseExpression,),
    },
    cst.Subscript: {
        "value": (cst.BaseExpression,),
        "slice": (cst.SubscriptElement,),
    },
    cst.SubscriptElement: {
        "slice": (cst.BaseSlice,),
    },
    cst.Subtract: {},
    cst.SubtractAssign: {},
    cst.TemplatedString: {
        "parts": (cst.BaseTemplatedStringContent,),
    },
    cst.TemplatedStringExpression: {
        "expression": (cst.BaseExpression,),
        "format_spec": (cst.BaseTemplatedStringContent,),
    },
    cst.TemplatedStringText: {},
    cst.TrailingWhitespace: {
        "comment": (cst.Comment,),
    },
    cst.Try: {
        "body": (cst.BaseSuite,),
        "handlers": (cst.ExceptHandler,),
        "orelse": (cst.Else,),
        "finalbody": (cst.Finally,),
    },
    cst.TryStar: {
        "body": (cst.BaseSuite,),
        "handlers": (cst.ExceptStarHandler,),
        "orelse": (cst.Else,),
        "finalbody": (cst.Finally,),
    },
    cst.Tuple: {
        "elements": (cst.BaseElement,),
    },
    cst.TypeAlias: {
        "name": (cst.Name,),
        "type_parameters": (cst.TypeParameters,),
        "value": (cst.BaseExpression,),
    },
    cst.TypeParam: {
        "param": (
            cst.ParamSpec,
            cst.TypeVar,
            cst.TypeVarTuple,
        ),
        "default": (cst.BaseExpression,),
    },
    cst.TypeParameters: {
        "params": (cst.TypeParam,),
    },
    cst.TypeVar: {
        "name": (cst.Name,),
        "bound": (cst.BaseExpression,),
    },
    cst.TypeVarTuple: {
        "name": (cst.Name,),
    },
    cst.UnaryOperation: {
        "operator": (cst.BaseUnaryOp,),
        "expression": (cst.BaseExpression,),
    },
    cst.While: {
        "test": (cst.BaseExpression,),
        "body": (cst.BaseSuite,),
        "orelse": (cst.Else,),
    },
    cst.With: {
        "items": (cst.WithItem,),
        "body": (cst.BaseSuite,),
    },
    cst.WithItem: {
        "item": (cst.BaseExpression,),
        "asname": (cst.AsName,),
    },
    cst.Yield: {
        "value": (
            cst.BaseExpression,
            cst.From,
        ),
    },
}
FIELDS: Mapping[Kind, tuple[str, ...]] = {kind: tuple(held) for kind, held in HOLDS.items()}
