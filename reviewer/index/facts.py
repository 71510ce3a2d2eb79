"""What one file says by itself, as plain strings, numbers and tuples: the material of the index.

A file's facts depend on its bytes alone, not on its path, so equal files can share them.
Names are dotted and as the file writes them; texts are source code with its line breaks made spaces.
"""

from dataclasses import dataclass

Keywords = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Value:
    """An expression in outline.

    `name` is the dotted name that it spells, calls or subscribes, "" for anything else. A dictionary display with
    plain keys reads like a call of `dict`. `positional` and `keywords` are the call's arguments as text, in order;
    an unpacked `**mapping` has the keyword `**`. `subscript` holds the texts between the brackets of `List[int]`.
    A long text is left out.
    """

    name: str
    called: bool = False
    positional: tuple[str, ...] = ()
    keywords: Keywords = ()
    subscript: tuple[str, ...] = ()
    text: str = ""

    def keyword(self, name: str) -> str | None:
        """The text of a keyword argument."""
        return next((text for key, text in self.keywords if key == name), None)


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name; `from a import *` has the attribute and the bound name `*`.

    `import a.b` binds `a` and has `alias` false; `level` counts the dots of a relative import; `scope` is the dotted
    name of the function or class that the import stands in, "" at the module's own level.
    """

    bound: str
    module: str
    attribute: str | None
    level: int
    line: int
    alias: bool = False
    type_checking: bool = False
    scope: str = ""

    @property
    def top_level(self) -> str | None:
        """The package on the import path, None for a relative import."""
        return None if self.level else self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name: annotation = value`, in a module or as a class attribute; either half can be missing."""

    name: str
    line: int
    annotation: str | None
    value: Value | None
    type_checking: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function; `*args` and `**kwargs` are named without their stars, and `starred`.

    `maker` is the dotted name of what its default calls.
    """

    name: str
    annotation: str | None
    default: str | None
    starred: bool = False
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Wiring:
    """A call that tells a web application what to serve: `app.include_router(users)`, `router.get("/")(handler)`.

    `scope` is the dotted name of the function or class that it stands in; `first` is the call that it calls the
    result of, and `given` its first argument but for the path: the router or the handler.
    """

    scope: str
    line: int
    call: Value
    first: Value | None = None
    given: Value | None = None


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """A function or method.

    `yields` are the values that it yields itself; `calls` the dotted names of the calls in its own body that end a
    transaction or a session (`self.session.commit`); `bound` the names that its own body binds to a name or a call,
    by assignment (`self.session = factory()`) or by `with … as`. These three are read only where the body yields or
    names such a call. A `stub` does nothing: its body is `...`, `pass`, or raises `NotImplementedError`.
    """

    symbol: str
    line: int
    end_line: int
    is_async: bool
    decorators: tuple[Value, ...]
    parameters: tuple[Parameter, ...]
    returns: str | None
    is_generator: bool = False
    yields: tuple[Value, ...] = ()
    calls: tuple[str, ...] = ()
    bound: tuple[Assignment, ...] = ()
    type_checking: bool = False
    stub: bool = False

    @property
    def name(self) -> str:
        """The last part of the symbol."""
        return self.symbol.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """A class; `symbol` is dotted through the classes and functions around it, `line` that of `class`."""

    symbol: str
    line: int
    end_line: int
    bases: tuple[Value, ...]
    keywords: Keywords
    decorators: tuple[Value, ...]
    attributes: tuple[Assignment, ...]
    methods: tuple[FunctionFacts, ...]
    has_docstring: bool = False
    type_checking: bool = False

    @property
    def name(self) -> str:
        """The last part of the symbol."""
        return self.symbol.rpartition(".")[2]

    def attribute(self, name: str) -> Assignment | None:
        """The last assignment of a class attribute."""
        return next((found for found in reversed(self.attributes) if found.name == name), None)

    def method(self, name: str) -> FunctionFacts | None:
        """A method by its name."""
        return next((found for found in self.methods if found.name == name), None)


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """Everything that the index knows of one file.

    `functions` are all but the methods, nested ones too; `classes` are nested ones too; `assignments` are those at
    the module's own level whose value is a name, a call or a subscript, or that have an annotation; `exported` is
    `__all__` where it is spelled out; `mapped_imperatively` are the names of the classes given to `map_imperatively`
    or `mapper`; `injected` those that are given to `Depends` or `Security`, or called in it; `wirings` the calls that
    tell a web application what to serve; `constants` the module's variables that addresses and unions
    of types are made of, as written.
    """

    imports: tuple[Import, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    functions: tuple[FunctionFacts, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    exported: tuple[str, ...] | None = None
    mapped_imperatively: tuple[str, ...] = ()
    injected: tuple[str, ...] = ()
    wirings: tuple[Wiring, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    reads_environment: bool = False
    parsed: bool = True

    @property
    def definitions(self) -> tuple[ClassFacts | FunctionFacts, ...]:
        """All classes, functions and methods."""
        return (*self.classes, *self.functions, *(method for owner in self.classes for method in owner.methods))

    def class_(self, symbol: str) -> ClassFacts | None:
        """The last class with this dotted symbol, one that only type checkers see where there is no other."""
        return next(iter(self.classes_called(symbol)), None)

    def classes_called(self, symbol: str) -> list[ClassFacts]:
        """All classes with this dotted symbol, those of other branches too; what type checkers see goes last."""
        found = [each for each in reversed(self.classes) if each.symbol == symbol]
        return sorted(found, key=lambda each: each.type_checking) if len(found) > 1 else found

    def function(self, symbol: str) -> FunctionFacts | None:
        """The last function with this dotted symbol, methods aside."""
        return next((found for found in reversed(self.functions) if found.symbol == symbol), None)

    def function_or_method(self, symbol: str) -> FunctionFacts | None:
        """The last function or method with this dotted symbol."""
        owner = self.class_(symbol.rpartition(".")[0])
        return (owner and owner.method(symbol.rpartition(".")[2])) or self.function(symbol)


NOTHING = ModuleFacts(parsed=False)
