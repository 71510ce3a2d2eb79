"""What class the value of an expression is an instance of, as far as annotations, assignments and calls tell.

Followed are parameters, `Annotated[…]` and its aliases, `Depends(…)`, assignments, `with … as`, attributes that a class
or a base of it in another file sets, calls of the project's functions and of what it imports. Two answers that differ
are none.
"""

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress

from reviewer.index.annotations import Annotations, Instance, Thing, agreed, parsed
from reviewer.index.bodies import EMPTY, Binding, Bodies, Body
from reviewer.index.facts import Assignment, ClassFacts, FunctionFacts, Parameter, Value
from reviewer.index.libraries import MAKERS, YIELDING, made_by_call, made_by_maker
from reviewer.index.lookup import Lookup
from reviewer.index.resolve import Defined, External, Meaning, Package, Resolver
from reviewer.index.roles import lineage
from reviewer.index.sessions import last

PROPERTIES = frozenset({"property", "cached_property", "hybrid_property", "abstractproperty"})
ENTERING = ("__enter__", "__aenter__")
SELVES = frozenset({"typing.Self", "typing_extensions.Self"})
# A file, the function or class that the name stands in, and the name.
Asked = tuple[str, str, str]


class Instances:
    """Answers for one repository, kept for the run."""

    def __init__(self, resolver: Resolver, lookup: Lookup, bodies: Callable[[str], Bodies]) -> None:
        self._resolver = resolver
        self._lookup = lookup
        self._bodies = bodies
        self._annotations = Annotations(resolver)
        self._known: dict[Asked, Thing] = {}

    def evaluate(self, path: str, scope: str, name: str) -> Thing:
        """What a dotted name, its calls marked by `()`, stands for in the function or class `scope` of a file."""
        return self._once((path, scope, name), lambda: self._evaluated(path, scope, name))

    def _once(self, asked: Asked, find: Callable[[], Thing]) -> Thing:
        if asked not in self._known:
            # Nothing while it is followed: values may lead back here, or on without an end.
            self._known[asked] = None
            with suppress(RecursionError):
                self._known[asked] = find()
        return self._known[asked]

    def attribute(self, path: str, symbol: str, name: str) -> Thing:
        """What an attribute of the objects of a class of the project is."""
        found = self._lookup.facts(path).class_(symbol)
        if found is None:
            return None
        return self._once((path, symbol, f".{name}"), lambda: self._attribute(Defined(path, symbol, found), name))

    def attributes(self, path: str, found: ClassFacts) -> set[str]:
        """The names of the attributes that a class and its bases in the project declare or set in their methods."""
        classes = lineage(self._lookup, path, found)
        return {name for home, owner in classes for name in _own_attributes(owner, self._bodies(home))}

    def foreign_classes(self, of: Defined | External) -> Iterator[str]:
        """The full names of the classes of other distributions that a class is or extends, nearest first."""
        if isinstance(of, External):
            yield of.name
        elif isinstance(of.facts, ClassFacts):
            for path, owner in lineage(self._lookup, of.path, of.facts):
                bases = (self._resolver.base(path, owner, base.name) for base in owner.bases)
                yield from (base.name for base in bases if isinstance(base, External))

    def _evaluated(self, path: str, scope: str, name: str) -> Thing:
        head, *steps = name.split(".")
        thing = self._called(self._head(path, scope, head.removesuffix("()")), head)
        for step in steps:
            if thing is None:
                break
            thing = self._called(self._member(thing, step.removesuffix("()")), step)
        return thing

    def _called(self, thing: Thing, step: str) -> Thing:
        return self._call(thing) if step.endswith("()") else thing

    def _head(self, path: str, scope: str, name: str) -> Thing:
        for outer in _outwards(scope):
            function = self._lookup.facts(path).function_or_method(outer)
            if function is None:
                continue
            own = self._own(path, function, name)
            if own is not None:
                return own[0]
        return self._variable(self._resolver.resolve(path, name, scope))

    def _variable(self, meaning: Meaning) -> Thing:
        """A module's variable as the object that it holds."""
        match meaning:
            case Defined(path=path, facts=Assignment(annotation=annotation, value=value)):
                if annotation and annotation.rpartition(".")[2] != "TypeAlias":
                    return self._annotations.read(path, "", annotation)
                return self._value(path, "", value) if value else None
            case _:
                return meaning

    def _own(self, path: str, function: FunctionFacts, name: str) -> tuple[Thing] | None:
        """What a name is that the function itself binds, which may be unknown; None when it binds none."""
        parameter = next((each for each in function.parameters if each.name == name), None)
        bindings = self._body(path, function).binds(name)
        if parameter is None and not bindings:
            return None
        given = [self._bound(path, function.symbol, each) for each in bindings if not _is_none(each)]
        if parameter is None:
            return (agreed(given),)
        if parameter.annotation is None or parameter.starred or any(each.value is None for each in bindings):
            return (None if bindings or parameter.starred else self._parameter(path, function, parameter),)
        promised = self._annotations.read(path, function.symbol, parameter.annotation)
        return (agreed([promised, *(each for each in given if each is not None)]),)

    def _parameter(self, path: str, function: FunctionFacts, parameter: Parameter) -> Thing:
        """The object that a method is called on, or what a dependency provides."""
        owner = self._owner(path, function)
        if owner and parameter == function.parameters[0]:
            kinds = {decorator.name for decorator in function.decorators}
            return None if "staticmethod" in kinds else owner if "classmethod" in kinds else Instance(owner)
        return self._provided(path, function.symbol, parameter.default or "")

    def _owner(self, path: str, function: FunctionFacts) -> Defined | None:
        symbol = function.symbol.rpartition(".")[0]
        facts = self._lookup.facts(path).class_(symbol) if symbol else None
        return Defined(path, symbol, facts) if facts else None

    def _provided(self, path: str, scope: str, default: str) -> Thing:
        match parsed(default):
            case ast.Call(func=function, args=[ast.Name() | ast.Attribute() as dependency, *_]) if _is_depends(
                function
            ):
                provider = self.evaluate(path, scope, ast.unparse(dependency))
                return self._entered(provider) if _is_generator(provider) else self._call(provider)
            case _:
                return None

    def _body(self, path: str, function: FunctionFacts) -> Body:
        return self._bodies(path).get(function.symbol, EMPTY)

    def _bound(self, path: str, scope: str, binding: Binding) -> Thing:
        if binding.annotation:
            return self._annotations.read(path, scope, binding.annotation)
        return self._value(path, scope, binding.value, entered=binding.entered) if binding.value else None

    def _value(self, path: str, scope: str, value: Value, *, entered: bool = False) -> Thing:
        thing = self.evaluate(path, scope, value.name) if value.name else None
        if entered and value.called and _is_generator(thing):
            return self._entered(thing)
        if value.called:
            maker = isinstance(thing, External) and self._maker(path, scope, thing.name, value)
            thing = maker or self._call(thing)
        return self._entered(thing) if entered else thing

    def _maker(self, path: str, scope: str, name: str, value: Value) -> Instance | None:
        """A factory that is made here: `sessionmaker(class_=AsyncSession)` makes others than `sessionmaker()`."""
        if name not in MAKERS:
            return None
        given = value.keyword("class_")
        made = self._annotations.read(path, scope, given) if given else Instance(External(made_by_maker(name)))
        return Instance(External(name), made if isinstance(made, Instance) else None)

    def _call(self, thing: Thing) -> Thing:
        match thing:
            case Defined(facts=ClassFacts()):
                return Instance(thing)
            case Defined(path=path, facts=FunctionFacts() as function) if not function.is_generator:
                return self._returned(path, function)
            case External(name=name):
                return _made_outside(name)
            case Instance(gives=Instance() as made):
                return made
            case Instance(of=Defined()):
                return self._call(self._member(thing, "__call__"))
            case _:
                return None

    def _returned(self, path: str, function: FunctionFacts) -> Thing:
        if function.returns:
            return self._annotated_result(path, function, function.returns)
        values = self._body(path, function).returned
        known = [each for each in values if each.text != "None"]
        return agreed([self._value(path, function.symbol, each) for each in known])

    def _annotated_result(self, path: str, function: FunctionFacts, annotation: str) -> Thing:
        owner = self._owner(path, function)
        if owner and self._lookup.qualified(path, annotation.strip("\"'")) in SELVES:
            return Instance(owner)
        return self._annotations.read(path, function.symbol, annotation)

    def _entered(self, thing: Thing) -> Thing:
        """What `with` gives for a context manager, or a generator that is used as one."""
        match thing:
            case Defined(path=path, facts=FunctionFacts() as function) if function.is_generator:
                return self._yielded(path, function)
            case Instance(gives=Instance() as given):
                return given
            case Instance(of=Defined(facts=ClassFacts())):
                methods = (self._member(thing, name) for name in ENTERING)
                return next((self._call(method) for method in methods if isinstance(method, Defined)), None) or (
                    thing if self._foreign_manager(thing) else None
                )
            case Instance():
                return thing
            case _:
                return None

    def _foreign_manager(self, thing: Instance) -> bool:
        return any(
            name.rpartition(".")[2] not in {"ABC", "Protocol", "Generic"} for name in self.foreign_classes(thing.of)
        )

    def _yielded(self, path: str, function: FunctionFacts) -> Thing:
        match parsed(function.returns or ""):
            case ast.Subscript(value=value, slice=index) if last(ast.unparse(value)) in YIELDING:
                first = index.elts[0] if isinstance(index, ast.Tuple) else index
                return self._annotations.read(path, function.symbol, ast.unparse(first))
            case _:
                return agreed([self._value(path, function.symbol, each) for each in function.yields])

    def _member(self, thing: Thing, name: str) -> Thing:
        match thing:
            case Instance(of=External(name=outer), gives=Instance()) if outer in MAKERS and name == "begin":
                return thing
            case Instance(of=External(name=outer)):
                return External(f"{outer}.{name}")
            case Instance(of=Defined() as owner):
                return self._attribute(owner, name)
            case Defined(facts=ClassFacts()):
                return self._resolver.member(thing, name) or self._attribute(thing, name)
            case External() | Package():
                return self._variable(self._resolver.member(thing, name))
            case _:
                return None

    def _attribute(self, of: Defined, name: str) -> Thing:
        """An attribute or a method of a class, its own or that of the nearest base that has it."""
        if not isinstance(of.facts, ClassFacts):
            return None
        for path, owner in lineage(self._lookup, of.path, of.facts):
            found = self._of_class(path, owner, name)
            if found is not None:
                return found
        foreign = next(self.foreign_classes(of), None)
        return External(f"{foreign}.{name}") if foreign else None

    def _of_class(self, path: str, owner: ClassFacts, name: str) -> Thing:
        method = owner.method(name)
        if method:
            is_property = any(last(decorator.name) in PROPERTIES for decorator in method.decorators)
            return self._returned(path, method) if is_property else Defined(path, method.symbol, method)
        declared = owner.attribute(name)
        found = [self._declared(path, owner, declared)] if declared else []
        for each in owner.methods:
            first = each.parameters[0].name if each.parameters else ""
            bindings = self._body(path, each).binds(f"{first}.{name}") if first else ()
            found += [self._bound(path, each.symbol, binding) for binding in bindings]
        return agreed([thing for thing in found if thing is not None])

    def _declared(self, path: str, owner: ClassFacts, declared: Assignment) -> Thing:
        if declared.annotation:
            return self._annotations.read(path, owner.symbol, declared.annotation)
        return self._value(path, owner.symbol, declared.value) if declared.value else None


def _made_outside(name: str) -> Instance | None:
    """What calling something of another distribution gives."""
    if name in MAKERS:
        return Instance(External(name), Instance(External(made_by_maker(name))))
    made = made_by_call(name)
    return Instance(External(made)) if made else None


def _own_attributes(owner: ClassFacts, bodies: Bodies) -> Iterator[str]:
    yield from (declared.name for declared in owner.attributes)
    for method in owner.methods:
        first = f"{method.parameters[0].name}." if method.parameters else ""
        names = (binding.name for binding in bodies.get(method.symbol, EMPTY).bound if first)
        yield from (name.removeprefix(first) for name in names if name.startswith(first) and name.count(".") == 1)


def _outwards(scope: str) -> Iterator[str]:
    while scope:
        yield scope
        scope = scope.rpartition(".")[0]


def _is_depends(function: ast.expr) -> bool:
    return last(ast.unparse(function)) in {"Depends", "Security"}


def _is_generator(thing: Thing) -> bool:
    return isinstance(thing, Defined) and isinstance(thing.facts, FunctionFacts) and thing.facts.is_generator


def _is_none(binding: Binding) -> bool:
    return binding.annotation is None and binding.value is not None and binding.value.text == "None"
