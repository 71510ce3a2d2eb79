"""Makes the pictures of the README from real runs: `python -m tests.browser.pictures`; it needs a browser.

Both show the pull request of `reviewer demo`: what `reviewer check` writes to a terminal, and a comment on a line.
"""

import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

import cmarkgfm  # type: ignore[import-untyped]  # it has no types
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # it has no types

from reviewer import demo, docs, pipeline, registry
from reviewer.aim import Request
from reviewer.github.event import Target
from reviewer.github.operations import Entry, PostReview
from reviewer.github.plan import plan
from reviewer.github.standing import Standing
from reviewer.site.highlight import highlighted
from tests.browser.chromium import MISSING, Browser, found, page, started
from tests.browser.screen import drawn
from tests.terminals import written

DOCS = Path(__file__).parents[2] / "docs"
TERMINAL = "terminal.svg"
COMMENTS = {"comment-light.png": False, "comment-dark.png": True}
COLUMNS = 92
ARGUMENTS = ("check", "--select", "layers,persistence,value-objects")
RULE = "orm-model-outside-repository"
PAGES = "https://github.com/your-org/reviewer/blob/v0.1.0/checks"
# Lines of the diff above a comment.
ABOVE = 4


def main() -> None:
    """Write the pictures; that of the terminal needs no browser."""
    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        repository, profile = Path(made) / "billing", Path(made) / "profile"
        repository.mkdir()
        base, head = demo.build(repository)
        (DOCS / TERMINAL).write_text(terminal(repository), encoding="utf-8")
        program = found()
        if program is None:
            sys.exit(MISSING)
        html = comment(repository, base, head)
        with started(program, profile) as browser:
            for name, dark in COMMENTS.items():
                (DOCS / name).write_bytes(photographed(browser, html, dark=dark))


def terminal(repository: Path) -> str:
    """What somebody sees who reviews the branch that is checked out."""
    shown = written(repository, COLUMNS, *ARGUMENTS, TERM="xterm-256color")
    command = f"reviewer {' '.join(ARGUMENTS)}"
    return drawn(
        f"\x1b[2m$\x1b[0m \x1b[1m{command}\x1b[0m\n\n{shown}", COLUMNS, f"What `{command}` writes to a terminal"
    )


def comment(repository: Path, base: str, head: str) -> str:
    """A comment of the review below its lines, as a page."""
    review = pipeline.review(Request(repository, merge_base=base, head=head)).review
    standing = Standing(identity="reviewer", page="https://github.com/demo/billing", head=head, commit=head)
    planned = plan(review, standing, Target("demo/billing", 1), catalogue=docs.catalogue(registry.all_checks(), PAGES))
    posted = (entry for each in planned.operations if isinstance(each, PostReview) for entry in each.entries)
    entry = next(entry for entry in posted if RULE in entry.body)
    body = cmarkgfm.github_flavored_markdown_to_html(entry.body, Options.CMARK_OPT_UNSAFE)
    style = (Path(__file__).parent / "comment.css").read_text(encoding="utf-8")
    lines = "".join(diff(repository, base, head, entry))
    head_of_it = '<div class="who"><i></i><b>github-actions</b> <span class="bot">bot</span> <span>now</span></div>'
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style><div class="thread">'
        f'<div class="file">{escape(entry.anchor.path)}</div><table>{lines}</table>'
        f'<div class="comment">{head_of_it}{body}</div></div>'
    )


def diff(repository: Path, base: str, head: str, entry: Entry) -> list[str]:
    """The rows of the diff down to the line that a comment is on."""
    line = entry.payload["line"]
    command = ["git", "diff", "--no-ext-diff", "--no-color", "-U3", base, head, "--", entry.anchor.path]
    written_lines = subprocess.run(
        command, cwd=repository, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    rows: list[str] = []
    number = 0
    for each in written_lines[written_lines.index(f"+++ b/{entry.anchor.path}") + 1 :]:
        if each.startswith("@@"):
            number = int(each.split("+")[1].split(",")[0].split()[0])
            continue
        sign, code = each[:1], each[1:]
        shown = "" if sign == "-" else str(number)
        kind = {"+": "added", "-": "removed"}.get(sign, "same")
        rows.append(
            f'<tr class="{kind}"><td>{shown}</td><td>{sign} </td><td><code>{highlighted(code)}</code></td></tr>'
        )
        if shown == str(line):
            break
        number += sign != "-"
    return rows[-ABOVE:]


def photographed(browser: Browser, html: str, *, dark: bool) -> bytes:
    """The picture of a page, sharp on screens of any kind."""
    made = page(browser, width=760, height=100, dark=dark, scale=2)
    frame = made.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
    made.call("Page.setDocumentContent", frameId=frame, html=html)
    return made.picture()


if __name__ == "__main__":
    main()
