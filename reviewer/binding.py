"""The edits that make parameters of the values in the text of a query."""

import re

import libcst as cst

from reviewer.context import Context
from reviewer.model import Edit
from reviewer.rewriting import behind

RUNNING = frozenset({"execute", "scalar", "scalars"})
# A name and nothing else between two quotes, where a parameter can stand: not of an `INTERVAL '…'`, or with a cast.
QUOTED = re.compile(r"((?:[=<>(,]|\bi?like\b)\s*)'\{(\w+)\}'(?![:'\w])", re.IGNORECASE)
OTHERS = re.compile(r"[{}]")


def bound(text: cst.BaseExpression, call: cst.Call, ctx: Context) -> tuple[Edit, ...] | None:
    """The edits of `session.execute(text(f"… = '{name}'"))`, where `call` makes SQL of the text and stands alone in it.

    None for anything else: each value has to be all that stands between two quotes, and a parameter that is a `str`.
    """
    if not isinstance(text, cst.FormattedString) or not _is_run_alone(call, ctx):
        return None
    written = ctx.source(text)
    names = tuple(dict.fromkeys(name for _, name in QUOTED.findall(written)))
    made = QUOTED.sub(r"\1:\2", written)
    known = all(_is_text(each, call, ctx) and f":{each}" not in written for each in names)
    if not names or not known or OTHERS.search(made) or text.start.lower() not in {'f"', 'f"""'}:
        return None
    values = ", ".join(f'"{each}": {each}' for each in names)
    return (ctx.replace(text, made[1:]), behind(ctx, call, f", {{{values}}}"))


def _is_run_alone(call: cst.Call, ctx: Context) -> bool:
    """Whether a call is all that is given to the one around it, which runs it."""
    match next(iter(ctx.ancestors(call)), None), next(iter([*ctx.ancestors(call)][1:2]), None):
        case cst.Arg(keyword=None, star=""), cst.Call(func=cst.Attribute(attr=cst.Name(value=name)), args=[_]):
            return name in RUNNING
        case _:
            return False


def _is_text(name: str, call: cst.Call, ctx: Context) -> bool:
    """Whether a name is a parameter of the function around that is a `str`, and nothing else there."""
    function = ctx.enclosing_function(call)
    given = [] if function is None else [*function.params.params, *function.params.kwonly_params]
    found = (each for each in given if each.name.value == name and each.annotation)
    return any(each.annotation and ctx.source(each.annotation.annotation) == "str" for each in found)
