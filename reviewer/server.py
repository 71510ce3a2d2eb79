"""The language server: what a review finds in the files that are open, as somebody types, and the fixes for it.

Protocol: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import PositionCodec

from reviewer import __version__, docs, registry
from reviewer.editing import Desk, encoded
from reviewer.errors import ReviewerError
from reviewer.model import Edit, Finding, Level, Related, Span
from reviewer.pipeline import Reviewed
from reviewer.report.comment import Catalogue
from reviewer.source import lines_of

SOURCE = "reviewer"
# Seconds without a key pressed before a text is looked at.
PAUSE = 0.3
FIX_ALL = f"{lsp.CodeActionKind.SourceFixAll.value}.{SOURCE}"
SEVERITIES = {
    Level.ERROR: lsp.DiagnosticSeverity.Error,
    Level.WARNING: lsp.DiagnosticSeverity.Warning,
    Level.ADVICE: lsp.DiagnosticSeverity.Information,
    Level.NOTE: lsp.DiagnosticSeverity.Hint,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What was said of one version of a document, and how."""

    version: int | None
    findings: tuple[Finding, ...]
    pen: "Pen"


class Server(LanguageServer):
    """Reviews the documents that a client has open, one after the other."""

    def __init__(self) -> None:
        super().__init__(SOURCE, __version__)
        self.told: dict[str, Told] = {}
        self._desk = Desk()
        self._at_work = ThreadPoolExecutor(1)
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._complaints: set[str] = set()

    def look_at(self, uri: str, *, after: float = 0) -> None:
        """Review a document in so many seconds, unless somebody asks for it again."""
        self.forget(uri)
        if uri.endswith(".py") and to_fs_path(uri):
            self._waiting[uri] = asyncio.get_running_loop().create_task(self._look_at(uri, after))

    def look_at_all(self) -> None:
        """Review all open documents: what one says may be judged by another."""
        for uri in list(self.workspace.text_documents):
            self.look_at(uri)

    def forget(self, uri: str) -> None:
        """Look no more at a document."""
        if task := self._waiting.pop(uri, None):
            task.cancel()

    def let_go(self, uri: str) -> None:
        """Say nothing more of a document."""
        self.forget(uri)
        self.told.pop(uri, None)
        self.publish(uri, [])

    def actions(self, asked: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """The fixes for what was found in a range, and all safe ones at once; none of a text that is another by now."""
        uri, only = asked.text_document.uri, asked.context.only
        told = self.told.get(uri)
        if told is None or told.version != self.workspace.get_text_document(uri).version:
            return []
        fixable = [each for each in told.findings if each.fix]
        here = [each for each in fixable if _meet(told.pen.diagnostic(each).range, asked.range)]
        found = [_action(uri, told.pen, each) for each in here]
        edits = [edit for each in fixable if each.fix and each.fix.safe for edit in told.pen.edits(each.fix.edits)]
        if edits:
            change = lsp.WorkspaceEdit({uri: edits})
            found.append(lsp.CodeAction("Fix all that is safe to fix", FIX_ALL, edit=change))
        return [each for each in found if only is None or any(_is_a(each.kind, kind) for kind in only)]

    def publish(self, uri: str, diagnostics: list[lsp.Diagnostic], version: int | None = None) -> None:
        """Tell the client what there is to say of a document."""
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, diagnostics, version))

    async def _look_at(self, uri: str, after: float) -> None:
        await asyncio.sleep(after)
        documents = {place: each for each in self.workspace.text_documents.values() if (place := _place(each.uri))}
        texts = {place: encoded(each.source) for place, each in documents.items()}
        place = _place(uri)
        if place is not None and place in documents:
            version = documents[place].version
            reviewed = await self._reviewed(place, texts)
            findings = tuple(each for each in reviewed.review.shown if each.path) if reviewed else ()
            site = reviewed.review.policy.docs_url if reviewed else ""
            root = reviewed.tree.root if reviewed else place.parent
            catalogue = docs.catalogue(registry.all_checks(), site=site)
            pen = Pen(self.workspace.position_codec, lines_of(texts[place]), root, catalogue)
            self.told[uri] = Told(version, findings, pen)
            self.publish(uri, [pen.diagnostic(each) for each in findings], version)

    async def _reviewed(self, place: Path, texts: dict[Path, bytes]) -> Reviewed | None:
        """The review of a file; none, and a word to the user, where there can be none."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._at_work, self._desk.review, place, texts)
        except ReviewerError as error:
            self._complain(str(error))
            return None

    def _complain(self, message: str) -> None:
        """Tell the user what is wrong, once."""
        if message not in self._complaints:
            self._complaints.add(message)
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, f"{SOURCE}: {message}"))


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes what is found in a document in the words of the protocol; `lines` are the document's, without ends."""

    codec: PositionCodec
    lines: Sequence[str]
    root: Path
    catalogue: Catalogue

    def diagnostic(self, finding: Finding) -> lsp.Diagnostic:
        """A finding."""
        told = self.catalogue(finding.name)
        return lsp.Diagnostic(
            range=self.range(finding.span) if finding.span else lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0)),
            message=finding.message,
            severity=SEVERITIES[finding.level],
            code=finding.name,
            code_description=lsp.CodeDescription(told.page) if told and told.page else None,
            source=SOURCE,
            related_information=[self._related(each) for each in finding.elsewhere],
        )

    def range(self, span: Span) -> lsp.Range:
        """A span, whose columns count characters from 1, in the units that the client counts in."""
        places = ((span.line, span.column), (span.end_line, span.end_column))
        begin, end = (self.codec.position_to_client_units(self.lines, lsp.Position(*_zero(each))) for each in places)
        return lsp.Range(begin, end)

    def edits(self, edits: Sequence[Edit]) -> list[lsp.TextEdit]:
        """The edits of a fix."""
        return [lsp.TextEdit(self.range(each.span), each.text) for each in edits]

    def _related(self, related: Related) -> lsp.DiagnosticRelatedInformation:
        start = lsp.Position(max(related.line - 1, 0), 0)
        location = lsp.Location(from_fs_path(str(self.root / related.path)) or "", lsp.Range(start, start))
        return lsp.DiagnosticRelatedInformation(location, related.message)


def _zero(place: tuple[int, int]) -> tuple[int, int]:
    return place[0] - 1, place[1] - 1


def _action(uri: str, pen: Pen, finding: Finding) -> lsp.CodeAction:
    """The fix of a finding."""
    fix = finding.fix
    safe = fix is not None and fix.safe
    return lsp.CodeAction(
        title=f"Fix {finding.name}" if safe else f"Fix {finding.name} (changes what the code does)",
        kind=lsp.CodeActionKind.QuickFix,
        diagnostics=[pen.diagnostic(finding)],
        is_preferred=safe,
        edit=lsp.WorkspaceEdit({uri: pen.edits(fix.edits if fix else ())}),
    )


def _meet(one: lsp.Range, other: lsp.Range) -> bool:
    """Whether two ranges have lines in common."""
    return one.start.line <= other.end.line and other.start.line <= one.end.line


def _is_a(kind: lsp.CodeActionKind | str | None, wanted: lsp.CodeActionKind | str) -> bool:
    """Whether a kind is the wanted one, or one below it."""
    own, above = (str(getattr(each, "value", each)) for each in (kind, wanted))
    return own == above or own.startswith(f"{above}.")


def _place(uri: str) -> Path | None:
    path = to_fs_path(uri)
    return Path(path).resolve() if path else None


def made() -> Server:
    """A server with all that it answers to."""
    server = Server()

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(parameters: lsp.DidOpenTextDocumentParams) -> None:
        server.look_at(parameters.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(parameters: lsp.DidChangeTextDocumentParams) -> None:
        server.look_at(parameters.text_document.uri, after=PAUSE)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: lsp.DidSaveTextDocumentParams) -> None:
        server.look_at_all()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(parameters: lsp.DidCloseTextDocumentParams) -> None:
        server.let_go(parameters.text_document.uri)

    kinds = lsp.CodeActionOptions([lsp.CodeActionKind.QuickFix, FIX_ALL])

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)
    def actions(parameters: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return server.actions(parameters)

    return server
