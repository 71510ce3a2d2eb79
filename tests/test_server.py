"""The language server, asked by a client over its standard input and output."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from tests.repositories import Builder

VALUE = """\
from dataclasses import dataclass


@dataclass
class Money:
    amount: int
"""
COMMAND = [sys.executable, "-m", "reviewer", "server"]
PUBLISHED = "textDocument/publishDiagnostics"
FILES = {
    "shop/domain/value_objects/money.py": VALUE,
    "shop/models.py": "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase): ...\n\n\n"
    "class Job(Base):\n    __tablename__ = 'job'\n",
    "shop/repositories/jobs.py": "from shop.models import Job\n\n\nclass JobRepository:\n"
    "    def get(self) -> Job: ...\n",
    "shop/service.py": "from shop.models import Job\n\n\ndef run(job: Job) -> None: ...\n",
    "pyproject.toml": "[tool.reviewer]\nignore = ['ruff', 'radon']\ndocs-url = 'https://rules.example/'\n",
}
pytestmark = pytest.mark.asyncio


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities("visual-studio-code")
    await lsp_client.initialize_session(lsp.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def shop(repository: Builder) -> Path:
    """A project of some files."""
    repository.commit(FILES)
    return repository.root


async def opened(client: LanguageClient, shop: Path, path: str, text: str | None = None) -> str:
    """The address of a document that the client has opened, and heard of."""
    uri = (shop / path).as_uri()
    text = FILES[path] if text is None else text
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "python", 1, text)))
    await client.wait_for_notification(PUBLISHED)
    return uri


def rules(client: LanguageClient, uri: str) -> list[str]:
    return sorted(str(each.code) for each in client.diagnostics.get(uri, ()))


async def changed(client: LanguageClient, uri: str, text: str, version: int) -> None:
    document = lsp.VersionedTextDocumentIdentifier(version, uri)
    whole = lsp.TextDocumentContentChangeWholeDocument(text)
    client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [whole]))
    await client.wait_for_notification(PUBLISHED)


async def test_a_finding_is_told_as_the_file_stands_in_the_editor(client: LanguageClient, shop: Path) -> None:
    uri = await opened(client, shop, "shop/domain/value_objects/money.py")
    (found,) = (each for each in client.diagnostics[uri] if each.code == "value-object-not-frozen")
    assert found.severity is lsp.DiagnosticSeverity.Error
    assert found.source == "reviewer"
    assert found.code_description == lsp.CodeDescription("https://rules.example/rules/value-object-not-frozen.html")
    assert found.range == lsp.Range(lsp.Position(4, 6), lsp.Position(4, 11))

    await changed(client, uri, VALUE.replace("@dataclass", "@dataclass(frozen=True)"), 2)
    assert "value-object-not-frozen" not in rules(client, uri)

    client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
    await client.wait_for_notification(PUBLISHED)
    assert rules(client, uri) == []


async def test_columns_are_counted_as_the_client_counts(client: LanguageClient, shop: Path) -> None:
    (shop / "pyproject.toml").write_text("[tool.reviewer]\nselect = ['ruff:F401']\n", encoding="utf-8")
    uri = await opened(client, shop, "shop/new.py", 'A = "😀"; import os\n')
    (found,) = client.diagnostics[uri]
    # A client that says nothing else counts in UTF-16, in which the face takes two.
    assert found.range.start == lsp.Position(0, len('A = "😀"; import ') + 1)


async def test_what_is_open_in_another_document_counts(client: LanguageClient, shop: Path) -> None:
    service = await opened(client, shop, "shop/service.py")
    assert rules(client, service) == ["orm-model-outside-repository"]

    models = await opened(client, shop, "shop/models.py", "class Job: ...\n")
    client.text_document_did_save(lsp.DidSaveTextDocumentParams(lsp.TextDocumentIdentifier(models)))
    for _ in range(2):
        await client.wait_for_notification(PUBLISHED)
    assert rules(client, service) == []


async def test_what_changes_on_disk_counts(client: LanguageClient, shop: Path) -> None:
    uri = await opened(client, shop, "shop/service.py")
    (shop / "shop/models.py").write_text("class Job: ...\n", encoding="utf-8")
    await changed(client, uri, FILES["shop/service.py"] + "\n", 2)
    assert rules(client, uri) == []


async def test_a_broken_configuration_is_told_once_and_mended(client: LanguageClient, shop: Path) -> None:
    (shop / "pyproject.toml").write_text("[tool.reviewer]\nselect = 3\n", encoding="utf-8")
    uri = await opened(client, shop, "shop/service.py")
    await changed(client, uri, FILES["shop/service.py"] + "\n", 2)
    (message,) = (each.message for each in client.messages)
    assert "select" in message

    (shop / "pyproject.toml").write_text(FILES["pyproject.toml"], encoding="utf-8")
    await changed(client, uri, FILES["shop/service.py"], 3)
    assert rules(client, uri) == ["orm-model-outside-repository"]


async def test_a_file_of_another_language_or_place_is_left_alone(client: LanguageClient, shop: Path) -> None:
    for uri in ((shop / "README.md").as_uri(), "untitled:Untitled-1"):
        item = lsp.TextDocumentItem(uri, "markdown", 1, "def run(): print()\n")
        client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
    uri = await opened(client, shop, "shop/service.py")
    assert list(client.diagnostics) == [uri]


async def test_a_fix_is_offered_for_the_text_that_it_is_about(client: LanguageClient, shop: Path) -> None:
    (shop / "pyproject.toml").write_text("[tool.reviewer]\nselect = ['ruff:F401']\n", encoding="utf-8")
    uri = await opened(client, shop, "shop/new.py", "import os\n")
    asked = lsp.CodeActionParams(
        lsp.TextDocumentIdentifier(uri),
        lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)),
        lsp.CodeActionContext(client.diagnostics[uri]),
    )
    found = await client.text_document_code_action_async(asked) or []
    edits = [(each.edit.changes or {})[uri] for each in found if isinstance(each, lsp.CodeAction) and each.edit]
    assert [each.title for each in found] == ["Fix ruff:F401", "Fix all that is safe to fix"]
    whole = lsp.Range(lsp.Position(0, 0), lsp.Position(1, 0))
    assert [list(each) for each in edits] == [[lsp.TextEdit(whole, "")]] * 2

    kinds = [lsp.CodeActionKind.Refactor]
    assert not await client.text_document_code_action_async(
        lsp.CodeActionParams(asked.text_document, asked.range, lsp.CodeActionContext([], kinds))
    )
