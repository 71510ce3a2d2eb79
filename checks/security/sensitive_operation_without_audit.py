"""Operations on accounts and rights that leave no trace."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

import libcst as cst
from pydantic import Field

from reviewer.api import Bad, Check, Context, Finding, Good, Layer, Level, Settings, below, dotted, on, spelled

BELOW = frozenset(
    {
        *(Layer.TESTS, Layer.MIGRATIONS, Layer.REPOSITORIES, Layer.INFRASTRUCTURE, Layer.UNIT_OF_WORK, Layer.ORM),
        *(Layer.DOMAIN, Layer.SETTINGS),
    }
)
# Who stores what it is told to; others that are asked for the operation may record it themselves.
STORING = ("repo", "dao", "session", "store", "storage", "crud", "db", "gateway", "client", "query", "queries")

AUDIT = {"app/__init__.py": "", "app/audit.py": "def record_audit(action: str, subject: object) -> None: ...\n"}
BAD = (
    Bad(
        path="app/use_cases/users.py",
        code="""
            class Users:
                def delete_user(self, user_id: int) -> None:  # <-
                    self._repository.delete(user_id)
                    self._mailer.say_goodbye(user_id)
        """,
        files=AUDIT,
    ),
    # A route; a repository that is asked for the same.
    Bad(
        path="app/api/roles.py",
        code="""
            from app.repositories.roles import RoleRepository
            async def grant_role(user_id: int, role: str, roles: RoleRepository, role_repo) -> None:  # <-
                await role_repo.grant_role(user_id, role)
        """,
        files={**AUDIT, "app/repositories/roles.py": "class RoleRepository: ...\n"},
    ),
    # The project's own names.
    Bad(
        path="app/services/invoices.py",
        code="""
            def cancel_invoice(invoices, number: str) -> None:  # <-
                invoices.remove(number)
        """,
        files={"app/__init__.py": "", "app/journal.py": "def journalise(text: str) -> None: ...\n"},
        settings={"operations": ["cancel_*"], "audits": ["journalise"]},
    ),
)
GOOD = (
    Good(
        path="app/use_cases/users.py",
        code="""
            from app.audit import record_audit

            class Users:
                def delete_user(self, user_id: int) -> None:
                    self._repository.delete(user_id)
                    record_audit("user deleted", user_id)
        """,
        files=AUDIT,
    ),
    # By an object, an event, a decorator, a function of the same file.
    Good(
        path="app/use_cases/users.py",
        code="""
            from app.audit import record_audit, audited
            class Users:
                def delete_user(self, user_id: int) -> None:
                    self._repository.delete(user_id)
                    self._audit_log.add("user deleted", user_id)
                def reset_password(self, user_id: int) -> None:
                    self._repository.reset(user_id)
                    self._bus.publish(UserAudited(user_id))
                @audited("change of password")
                def change_password(self, user_id: int) -> None:
                    self._repository.change(user_id)
                def revoke_role(self, user_id: int) -> None:
                    self._repository.revoke(user_id)
                    self._record(user_id)
                def _record(self, user_id: int) -> None:
                    record_audit("role revoked", user_id)
        """,
        files=AUDIT,
    ),
    # Whoever is asked may record it; whoever asks in this file does.
    Good(
        path="app/api/users.py",
        code="""
            from app.audit import record_audit
            async def delete_user(user_id: int, service) -> None:
                await service.delete_user(user_id)
            def revoke_access(tokens) -> None:
                tokens.clear()
            def log_out(user) -> None:
                revoke_access(user.tokens)
                record_audit("logged out", user)
        """,
        files=AUDIT,
    ),
    # Repositories, interfaces, tests, and other names.
    Good(
        path="app/repositories/users.py", code="def delete_user(session, row):\n    session.delete(row)\n", files=AUDIT
    ),
    Good(path="tests/fakes.py", code="def delete_user(users, row):\n    users.remove(row)\n", files=AUDIT),
    Good(
        path="app/use_cases/ports.py",
        code="""
            from typing import Protocol
            class Users(Protocol):
                def delete_user(self, user_id: int) -> None: ...
                def change_password(self, user_id: int) -> None:
                    raise NotImplementedError
            def list_users(users) -> list[str]:
                return users.all()
            def grant_types_supported(server) -> list[str]:
                return server.grants()
        """,
        files=AUDIT,
    ),
    # A project that records nothing, and one that records everything in one place.
    Good(path="app/use_cases/users.py", code="def delete_user(users, user_id):\n    users.delete(user_id)\n"),
    Good(
        path="app/use_cases/users.py",
        code="def delete_user(users, user_id):\n    users.delete(user_id)\n",
        files={**AUDIT, "app/middleware.py": "class AuditMiddleware: ...\n"},
    ),
)


class Operations(Settings):
    """Which operations are to be recorded, and what records them."""

    operations: tuple[str, ...] = Field(
        default=(
            *("delete_user", "deactivate_user", "impersonate*", "change_password", "reset_password", "set_password"),
            *("update_password", "change_email", "grant_role*", "grant_permission*", "grant_access", "grant_admin*"),
            *("revoke_role*", "revoke_permission*", "revoke_access", "revoke_admin*", "revoke_api_key", "assign_role*"),
            *("remove_role*", "change_role*", "update_role*", "update_permissions", "transfer_ownership"),
            *("create_api_key",),
            *("delete_api_key", "rotate_api_key", "disable_mfa", "disable_2fa"),
        ),
        description="Patterns of the names of functions that do something sensitive.",
    )
    audits: tuple[str, ...] = Field(
        default=("*audit*", "log_event", "record_event", "log_activity", "record_activity"),
        description="Patterns of the names, in small letters, of what records it: functions, objects and classes.",
    )


class SensitiveOperationWithoutAudit(Check):
    """Afterwards nobody can say who deleted the account, or who gave whom the rights to do it.

    Logs of requests are kept for days and say which address was called, not what happened; the row itself is gone.

    Record who did what to whom in the same transaction, through what the project records other operations with.

    Looked at are functions whose names are among the configured `operations`, outside of repositories, infrastructure,
    domain and tests, in projects that have something whose name is among `audits`. It counts as recorded where the
    function, one of the same file that it calls or that calls it, or a decorator names such a thing, and where somebody
    else but a store is asked for the same operation. A project with a middleware for it is left alone. This rule is
    advice: `select` it by its name, with the names of the project.
    """

    name = "sensitive-operation-without-audit"
    level = Level.ADVICE
    message = "Nobody can say afterwards who did it: `{symbol}` records nothing."
    examples = BAD + GOOD
    settings: Operations = Operations()

    @on(cst.FunctionDef)
    def function(self, node: cst.FunctionDef, ctx: Context) -> Iterator[Finding]:
        """Report a function that does something sensitive and tells nobody."""
        if not _matches(node.name.value, self.settings.operations) or ctx.layer in BELOW or not _acts(node):
            return
        if self._is_recorded(node, ctx) or self._is_delegated(node, ctx) or not self._is_usual(ctx):
            return
        yield self.finding(ctx, node)

    def _is_recorded(self, node: cst.FunctionDef, ctx: Context) -> bool:
        """Whether a function, one that it calls or one that calls it, names what records."""
        functions = [each for each in below(ctx.module) if isinstance(each, cst.FunctionDef)]
        called = _called(node)
        near = (each for each in functions if each.name.value in called or node.name.value in _called(each))
        return any(self._names(each) for each in (node, *near))

    def _names(self, function: cst.FunctionDef) -> bool:
        names = (each.value for each in below(function) if isinstance(each, cst.Name))
        return any(_matches(name.lower(), self.settings.audits) for name in names)

    def _is_delegated(self, node: cst.FunctionDef, ctx: Context) -> bool:
        """Whether somebody else but a store is asked for a sensitive operation."""
        for call in (each for each in below(node.body) if isinstance(each, cst.Call)):
            receiver, _, verb = (spelled(call.func) or "").rpartition(".")
            if _matches(verb, self.settings.operations) and not _stores(receiver, call, ctx):
                return True
        return False

    def _is_usual(self, ctx: Context) -> bool:
        """Whether the project records something, and not all in one place."""
        return any(map(ctx.index.has_name_like, self.settings.audits)) and not any(
            ctx.index.has_name_like(f"{name}middleware*") for name in self.settings.audits
        )


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _acts(node: cst.FunctionDef) -> bool:
    """Whether a function does something: what only raises or is declared does not."""
    return any(isinstance(each, cst.Call) for line in node.body.body if not _raises(line) for each in below(line))


def _raises(line: cst.CSTNode) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Raise)


def _called(function: cst.FunctionDef) -> set[str]:
    calls = (each for each in below(function.body) if isinstance(each, cst.Call))
    return {(dotted(each.func) or "").rpartition(".")[2] for each in calls}


def _stores(receiver: str, call: cst.Call, ctx: Context) -> bool:
    """Whether what is asked for something only stores it."""
    held = ctx.index.held_class(ctx.path, ctx.scope(call), receiver) if receiver else None
    last = receiver.rpartition(".")[2].lower()
    return any(word in last.split("_") or last.endswith(word) for word in STORING) or bool(
        held and ctx.index.repository(held.path, held.symbol)
    )
