"""What a function returns, and what it binds its variables to."""

import libcst as cst

APART = (cst.FunctionDef, cst.ClassDef, cst.Lambda)


class Returned(cst.CSTVisitor):
    """What a function's own code returns: `given` are its values without None, `empty` tells of a return of none.

    `bound` are the values that its variables are bound to, None among them for what is no plain assignment.
    """

    def __init__(self, function: cst.FunctionDef) -> None:
        super().__init__()
        self.given: list[cst.BaseExpression] = []
        self.empty = False
        self.yields = False
        self.bound: dict[str, list[cst.BaseExpression | None]] = {}
        function.body.visit(self)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note a return, an assignment, or that the function is a generator."""
        match node:
            case cst.Return(value=None | cst.Name(value="None")):
                self.empty = True
            case cst.Return(value=cst.BaseExpression() as value):
                self.given.append(value)
            case cst.Yield():
                self.yields = True
            case _:
                self._note(node)
        return not isinstance(node, APART)

    def _note(self, node: cst.CSTNode) -> None:
        match node:
            case cst.Assign(targets=targets, value=value):
                for each in targets:
                    self._bind(each.target, value)
            case cst.AnnAssign(target=target, value=value):
                self._bind(target, value)
            case cst.For(target=target) | cst.NamedExpr(target=target) | cst.AugAssign(target=target):
                self._bind(target, None)
            case cst.AsName(name=name):
                self._bind(name, None)
            case _:
                pass

    def _bind(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        match target:
            case cst.Name(value=name):
                self.bound.setdefault(name, []).append(value)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                for each in elements:
                    self._bind(each.value, None)
            case _:
                pass
