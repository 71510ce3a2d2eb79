"""What a revision does to the schema, and what of it the way back leaves out."""

import libcst as cst
import pytest

from reviewer.config import Config
from reviewer.context import Context
from reviewer.index import Index
from reviewer.revisions import Revision

PATH = "alembic/versions/2f1a.py"
HEAD = 'import sqlalchemy as sa\nfrom alembic import op\nrevision = "2f1a"\n'


def read(upgrade: str, downgrade: str = "pass", *, head: str = "down_revision = None\n") -> tuple[Revision, Context]:
    """A revision whose functions have these statements for bodies."""
    bodies = "".join(
        f"def {name}():\n    " + body.replace("\n", "\n    ") + "\n"
        for name, body in (("upgrade", upgrade), ("downgrade", downgrade))
    )
    text = HEAD + head + bodies
    module = cst.parse_module(text)
    found = Revision.of(module)
    assert found
    return found, Context(PATH, module, Index([PATH], lambda _: text.encode(), Config()), text=text)


def left_out(upgrade: str, downgrade: str = "pass") -> list[tuple[str, str, str | None, str]]:
    found, ctx = read(upgrade, downgrade)
    return [(each.verb, each.name, each.table, each.inverse) for each in found.left_out(ctx)]


@pytest.mark.parametrize(
    ("line", "operation"),
    [
        ("op.create_table('jobs')", ("create_table", "jobs", None, "drop_table")),
        ("op.rename_table('job', 'jobs')", ("rename_table", "job", None, "rename_table")),
        ("op.add_column(table_name='jobs', column=sa.Column('a'))", ("add_column", "a", "jobs", "drop_column")),
        ("op.drop_column('jobs', 'a')", ("drop_column", "a", "jobs", "add_column")),
        ("op.create_index(op.f('ix'), 'jobs', ['a'])", ("create_index", "ix", "jobs", "drop_index")),
        ("name = 'ix'\nop.drop_index(name)", ("drop_index", "ix", None, "create_index")),
        ("op.create_primary_key('pk', 'jobs', ['a'])", ("create_primary_key", "pk", "jobs", "drop_constraint")),
        (
            "op.drop_constraint('ck', 'jobs', type_='check')",
            ("drop_constraint", "ck", "jobs", "create_check_constraint"),
        ),
        ("op.drop_constraint('fk', 'jobs', 'foreignkey')", ("drop_constraint", "fk", "jobs", "create_foreign_key")),
        ("sa.Enum('a', name='kind').create(op.get_bind())", ("CREATE TYPE", "kind", None, "DROP TYPE")),
        ("op.execute('create type app.\"kind\" as enum ()')", ("CREATE TYPE", "kind", None, "DROP TYPE")),
    ],
)
def test_an_operation_is_what_it_makes_or_takes_away(line: str, operation: tuple[str, str, str | None, str]) -> None:
    assert left_out(line) == [operation]


def test_a_batch_knows_its_table() -> None:
    batches = (
        "with op.batch_alter_table('jobs') as batch:\n    batch.drop_column('a')\n    batch.create_index('ix', ['b'])"
    )
    assert left_out(batches) == [("drop_column", "a", "jobs", "add_column")]
    assert left_out(batches, "op.add_column('jobs', sa.Column('a'))") == []
    assert left_out(batches, "op.add_column('tags', sa.Column('a'))") == [("create_index", "ix", "jobs", "drop_index")]


@pytest.mark.parametrize(
    "line",
    ["op.add_column('jobs', make())", "op.create_index(f'ix_{1}', 'jobs', [])", "[op.drop_table(t) for t in 'ab']"],
)
def test_what_has_no_plain_name_is_not_left_out(line: str) -> None:
    assert left_out(line) == []


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("op.execute('UPDATE jobs SET a = 1')", False),
        ("op.get_bind().execute(sa.text('DELETE FROM jobs'))", False),
        ("print('creating nothing')", False),
        ("op.execute('ALTER TABLE jobs ALTER a SET NOT NULL')", True),
        ("op.alter_column('jobs', 'a', nullable=False)", True),
        ("op.create_table('jobs')", True),
        ("helper()", True),
    ],
)
def test_rows_are_no_schema(line: str, *, changes: bool) -> None:
    found, ctx = read(line)
    assert found.changes_schema(ctx) is changes


@pytest.mark.parametrize(
    ("head", "merges"), [("down_revision = ('a', 'b')\n", True), ("down_revision: str = 'a'\n", False)]
)
def test_a_revision_after_several_merges_them(head: str, *, merges: bool) -> None:
    found, _ = read("pass", head=head)
    assert found.merges is merges


@pytest.mark.parametrize("text", ["", "def upgrade(): ...\n", "revision = down_revision = None\ndef upgrade(): ...\n"])
def test_other_files_are_no_revisions(text: str) -> None:
    assert Revision.of(cst.parse_module(text)) is None
