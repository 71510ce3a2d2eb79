"""`explain`, `rules` and `docs`: what the rules are."""

import argparse
from pathlib import Path

from reviewer import docs as pages
from reviewer import registry
from reviewer.cli import CLEAN


def explain(options: argparse.Namespace) -> int:
    """Print what a rule means."""
    print(pages.explain(registry.find(options.rule)), end="")
    return CLEAN


def rules(options: argparse.Namespace) -> int:
    """Print the table of all rules."""
    table = pages.rules_json if options.format == "json" else pages.rules_table
    print(table(registry.all_checks()), end="")
    return CLEAN


def docs(options: argparse.Namespace) -> int:
    """Write the pages of the rules."""
    for path in pages.write(registry.all_checks(), Path(options.folder)):
        print(path)
    return CLEAN
