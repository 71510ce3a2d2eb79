"""Tasks that a route starts and that nobody waits for."""

from collections.abc import Iterator

import libcst as cst

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, below, in_body, on, spelled

STARTING = frozenset({"create_task", "ensure_future"})
MODULES = ("asyncio", "asyncio.tasks")
LOOPS = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop"})
# What is done with a task without waiting for it, or keeping it for somebody who does.
SEEN_TO = frozenset({"add_done_callback", "set_name"})

HEAD = """
            import asyncio
            from fastapi import APIRouter, BackgroundTasks
            from app.mails import send

            router = APIRouter()
"""
FILES = {"app/mails.py": "async def send() -> None: ...\n"}
BAD = (
    Bad(
        code=f"""{HEAD}
            @router.post("/orders")
            async def order() -> None:
                asyncio.create_task(send())  # <-
                asyncio.ensure_future(send())  # <-
                _ = asyncio.create_task(send())  # <-
                asyncio.get_running_loop().create_task(send())  # <-
                loop = asyncio.get_event_loop()
                task = loop.create_task(send())  # <-
                task.set_name("mail")
                task.add_done_callback(print)
                asyncio.create_task(send()).add_done_callback(print)  # <-
        """,
        files=FILES,
    ),
)
GOOD = (
    # Run after the response, awaited, or cancelled.
    Good(
        code=f"""{HEAD}
            @router.post("/orders")
            async def order(background: BackgroundTasks) -> None:
                background.add_task(send)
                task = asyncio.create_task(send())
                other = asyncio.create_task(send())
                third = asyncio.create_task(send())
                try:
                    await task
                    await asyncio.gather(other)
                finally:
                    third.cancel()
                async with asyncio.TaskGroup() as group:
                    group.create_task(send())
                    fourth = group.create_task(send())
        """,
        files=FILES,
    ),
    # Kept, returned or handed on: somebody else sees to it.
    Good(
        code=f"""{HEAD}
            TASKS = set()
            @router.post("/orders")
            async def order(jobs: object):
                task = asyncio.create_task(send())
                TASKS.add(task)
                task.add_done_callback(TASKS.discard)
                jobs.watch(asyncio.create_task(send()))
                jobs.task = asyncio.create_task(send())
                last = asyncio.create_task(send())
                async def stream():
                    yield await last
                return stream()
        """,
        files=FILES,
    ),
    # No route; where a task is thrown away elsewhere, ruff tells.
    Good(
        code=f"""{HEAD}
            async def start() -> None:
                asyncio.create_task(send())
        """,
        files=FILES,
    ),
)


class UnawaitedTaskInRoute(Check):
    """The client is told that all is well, and the work that was promised vanishes or fails without a word.

    The event loop itself keeps no task alive: one that nobody holds can be collected in the middle of its work. Its
    errors go nowhere, the session and the other dependencies of the request are closed under it, and when the process
    is restarted nobody knows that there was anything left to do.

    Use `BackgroundTasks` for what may run after the response, a queue for what has to survive the process, or an
    `asyncio.TaskGroup` for what the response depends on.

    Looked at are `asyncio.create_task`, `asyncio.ensure_future` and `create_task` of a loop in the handlers of routes,
    where the task is thrown away, or bound to a name that is used for nothing but callbacks. One that is awaited,
    cancelled, returned, kept in a collection or an attribute, or handed to other code is none. Ruff's RUF006 tells of
    tasks that are thrown away outside of routes; in routes this rule tells it.
    """

    name = "unawaited-task-in-route"
    level = Level.WARNING
    message = "What the route `{symbol}` starts with `{call}` can vanish or fail unseen: nothing waits for it."
    examples = BAD + GOOD

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report the tasks that a route starts and forgets."""
        if node.asynchronous is None or not node.decorators or ctx.layer is Layer.TESTS:
            return
        if not any((spelled(each.func) or "").rpartition(".")[2] in STARTING for each in ctx.calls_in(node)):
            return
        symbol = ctx.symbol(node)
        if any(route.symbol == symbol for route in ctx.index.routes(ctx.path)):
            for call in [call for each in in_body(node) if (call := _forgotten(each, node, ctx))]:
                started = ctx.source(call.args[0].value) if call.args else ""
                params = {"call": spelled(call.func) or ""}
                yield self.finding(ctx, call, symbol=symbol, key=" ".join(started.split()), params=params)


def _forgotten(statement: cst.CSTNode, function: cst.FunctionDef, ctx: Context) -> cst.Call | None:
    """The call that starts a task, where a statement does and nothing waits for it."""
    match statement:
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=cst.Call() as call, attr=cst.Name(value=verb)))) if (
            verb in SEEN_TO
        ):
            return call if _starts(call, function, ctx) else None
        case cst.Expr(value=cst.Call() as call):
            return call if _starts(call, function, ctx) else None
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))], value=cst.Call() as call):
            return call if _starts(call, function, ctx) and _is_left_alone(name, function) else None
        case _:
            return None


def _starts(call: cst.Call, function: cst.FunctionDef, ctx: Context) -> bool:
    """Whether a call starts a task on the loop of its own; that of a task group waits for it."""
    name = (spelled(call.func) or "").rpartition(".")[2]
    if name not in STARTING:
        return False
    if ctx.name_of(call.func) in {f"{module}.{name}" for module in MODULES}:
        return True
    loop = call.func.value if isinstance(call.func, cst.Attribute) else None
    if isinstance(loop, cst.Name):
        loop = _bound(loop.value, function)
    return isinstance(loop, cst.Call) and ctx.name_of(loop) in LOOPS


def _bound(name: str, function: cst.FunctionDef) -> cst.BaseExpression | None:
    """What a function binds to a name, where it does so once."""
    values = [
        each.value
        for each in in_body(function)
        if isinstance(each, cst.Assign)
        and any(isinstance(target.target, cst.Name) and target.target.value == name for target in each.targets)
    ]
    return values[0] if len(values) == 1 else None


def _is_left_alone(name: str, function: cst.FunctionDef) -> bool:
    """Whether a function uses a task for nothing but callbacks."""
    uses, seen_to = 0, 0
    for node in below(function.body):
        match node:
            case cst.Name(value=found):
                uses += found == name
            case cst.Attribute(value=cst.Name(value=found), attr=cst.Name(value=verb)) if verb in SEEN_TO:
                seen_to += found == name
            case _:
                pass
    return _bound(name, function) is not None and uses == seen_to + 1
