"""`explain`, `rules` and `docs`: what the rules are."""

import argparse
from pathlib import Path

from reviewer import __version__, plugins, registry
from reviewer import docs as pages
from reviewer.cli import CLEAN
from reviewer.tools.pages import explained
from reviewer.tools.rules import all_rules, named


def explain(options: argparse.Namespace) -> int:
    """Print what a rule means."""
    of_a_tool = named(options.rule)
    if not of_a_tool and options.rule not in {check.name for check in registry.all_checks()}:
        plugins.plug_project(Path.cwd())
    print(explained(of_a_tool) if of_a_tool else pages.explain(registry.find(options.rule)), end="")
    return CLEAN


def rules(options: argparse.Namespace) -> int:
    """Print the table of all rules, ours and the tools'."""
    plugins.plug_project(Path.cwd())
    table = pages.rules_json if options.format == "json" else pages.rules_table
    print(table(registry.all_checks(), all_rules()), end="")
    return CLEAN


def docs(options: argparse.Namespace) -> int:
    """Write the pages of the rules, as markdown or as a site."""
    if options.site is not None:
        from reviewer.site import write

        plugins.plug_project(Path.cwd())
        number = write(registry.all_checks(), Path(options.site), __version__)
        print(f"{number} files in {options.site}; open {Path(options.site) / 'index.html'}")
        return CLEAN
    for path in pages.write(registry.all_checks(), Path(options.folder)):
        print(path)
    return CLEAN
