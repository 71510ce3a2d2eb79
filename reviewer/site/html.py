"""The pages of the site as HTML."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain, groupby

from markdown_it import MarkdownIt

from reviewer.docs_url import page
from reviewer.site.highlight import highlighted
from reviewer.site.rule import OWN, Example, Rule, Section

INDEX, STYLE, SCRIPT = "index.html", "site.css", "site.js"
FIRST = 2  # examples that are shown; the others are folded


def _fenced(code: str, language: str, _attributes: str) -> str:
    return highlighted(code.rstrip("\n")) if language in ("python", "py") else escape(code)


MARKDOWN = MarkdownIt("commonmark", {"html": False, "highlight": _fenced})


def prose(text: str) -> str:
    """Markdown as HTML; HTML in it stays text."""
    return str(MARKDOWN.render(text)).strip()


def line(text: str) -> str:
    """One line of markdown as HTML."""
    return str(MARKDOWN.renderInline(text))


def index(rules: Sequence[Rule], version: str) -> str:
    """The page that lists all rules by their families, and finds them."""
    families = [(name, list(members)) for name, members in groupby(rules, key=lambda rule: rule.family)]
    links = "\n".join(f'<li><a href="#{escape(name)}">{_words(name)}</a></li>' for name, _ in families)
    body = [
        '<header class="top"><h1>Rules</h1>',
        f"<p>What each of the {len(rules)} rules is about, what to write instead, and who finds it.</p>",
        '<form role="search" hidden><label for="search">Search</label>',
        '<input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="session, N+1, timeout …">',
        '<output id="told" for="search"></output></form>',
        f'<nav aria-label="Families"><ul class="families">{links}</ul></nav></header>',
        "<main>",
        *chain.from_iterable(_family(name, members) for name, members in families),
        '<p id="nothing" hidden>No rule speaks of that.</p></main>',
    ]
    return _document("Rules", "", body, version, script=True)


def _family(name: str, members: Iterable[Rule]) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h2>{_words(name)}</h2><ul class="rules">'
    for rule in members:
        finder = "" if rule.finder == OWN else f' <span class="finder">{escape(rule.finder)}</span>'
        yield (
            f'<li data-words="{escape(_said(rule))}"><a href="{page(rule.name)}"><code>{escape(rule.name)}</code></a> '
            f"{_level(rule)}{finder}<p>{line(rule.summary)}</p></li>"
        )
    yield "</ul></section>"


def _said(rule: Rule) -> str:
    """What a search looks into: all of a rule's own words, in lower case."""
    texts = (rule.name, rule.family, rule.level, rule.finder, rule.summary, rule.message, *rule.standard)
    sections = (section.text for section in rule.sections if rule.finder == OWN)
    return " ".join(" ".join((*texts, *sections, rule.scope)).lower().split())


def rule_page(rule: Rule, before: Rule | None, after: Rule | None, version: str) -> str:
    """The page of one rule, linked to its neighbours in the list."""
    body = [
        '<header><nav aria-label="Where you are">',
        f'<a href="../{INDEX}">Rules</a> / <a href="../{INDEX}#{escape(rule.family)}">{_words(rule.family)}</a>',
        "</nav></header>",
        f"<main><h1>{escape(rule.name)}</h1>",
        f'<p class="facts">{" · ".join(_facts(rule))}</p>',
        f'<p class="claim">{line(rule.summary)}</p>',
        *chain.from_iterable(map(_section, rule.sections)),
        *_examples(rule.examples),
        *_message(rule),
        *_section(Section("How it knows", rule.scope)),
        *_settings(rule),
        *_hiding(rule),
        f'<nav class="near" aria-label="Neighbours">{_near("←", before)}{_near("→", after)}</nav></main>',
    ]
    return _document(rule.name, "../", body, version, summary=rule.summary)


def _facts(rule: Rule) -> Iterator[str]:
    yield _level(rule)
    if rule.confidence:
        yield f"{escape(rule.confidence)} confidence"
    finder = f'<a href="{escape(rule.page)}">{escape(rule.finder)}</a>' if rule.page else escape(rule.finder)
    yield f"found by {finder}"
    yield from (f"standard {line(sentence)}" for sentence in rule.standard)


def _section(section: Section) -> Iterator[str]:
    if section.heading and section.text:
        yield f"<h2>{escape(section.heading)}</h2>"
    yield prose(section.text)


def _message(rule: Rule) -> Iterator[str]:
    if rule.message:
        yield f"<h2>What it says</h2><blockquote>{line(rule.message)}</blockquote>"


def _examples(examples: Sequence[Example]) -> Iterator[str]:
    if examples:
        yield "<h2>Examples</h2>"
    yield from map(_figure, examples[:FIRST])
    if others := examples[FIRST:]:
        yield f"<details><summary>{len(others)} more</summary>"
        yield from map(_figure, others)
        yield "</details>"


def _figure(example: Example) -> str:
    kind = "bad" if example.caption.startswith("Bad") else "good"
    fixed = f"<figcaption>Fixed</figcaption>{_code(example.fixed)}" if example.fixed else ""
    caption = f"<figcaption>{escape(example.caption)}</figcaption>"
    return f'<figure class="{kind}">{caption}{_code(example.code)}{fixed}</figure>'


def _code(code: str) -> str:
    return f'<pre tabindex="0"><code>{highlighted(code)}</code></pre>'


def _settings(rule: Rule) -> Iterator[str]:
    if rule.settings:
        lines = "\n".join([f"[tool.reviewer.rules.{rule.name}]", *(f"{s.name} = {s.value}" for s in rule.settings)])
        yield f'<h2>Settings</h2><pre tabindex="0"><code>{escape(lines)}</code></pre><dl>'
        for each in rule.settings:
            about = f": {line(each.description)}" if each.description else ""
            yield f"<dt><code>{escape(each.name)}</code></dt><dd>{escape(each.type)}{about}</dd>"
        yield "</dl>"


def _hiding(rule: Rule) -> Iterator[str]:
    comment, setting = f"# reviewer: ignore[{rule.name}] why", f'ignore = ["{rule.name}"]'
    yield "<h2>Where it is not meant</h2>"
    yield f"<p>In one place, behind the code: <code>{escape(comment)}</code></p>"
    yield f"<p>Everywhere, in <code>[tool.reviewer]</code>: <code>{escape(setting)}</code></p>"


def _near(arrow: str, rule: Rule | None) -> str:
    """A link to a neighbour, or its empty place."""
    return f'<a href="../{page(rule.name)}">{arrow} {escape(rule.name)}</a>' if rule else "<span></span>"


def _level(rule: Rule) -> str:
    return f'<span class="level {escape(rule.level)}">{escape(rule.level)}</span>'


def _words(family: str) -> str:
    """A family's name as a heading; short ones are abbreviations."""
    words = family.replace("-", " ")
    return escape(words.upper() if len(words) <= len("api") else words.capitalize())


def _document(  # noqa: PLR0913  # what differs from page to page, each by its name
    title: str, root: str, body: Iterable[str], version: str, *, summary: str = "", script: bool = False
) -> str:
    """A whole page; `root` leads from it to the folder of the site."""
    about = f'<meta name="description" content="{escape(summary)}">\n' if summary else ""
    code = f'<script src="{root}{SCRIPT}" defer></script>\n' if script else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{escape(title)}</title>\n{about}'
        f'<link rel="icon" href="data:,">\n<link rel="stylesheet" href="{root}{STYLE}">\n{code}</head>\n<body>\n'
        + "\n".join(body)
        + f"\n<footer>Made from the rules by <code>reviewer docs --site</code>, {escape(version)}</footer>\n"
        + "</body>\n</html>\n"
    )
