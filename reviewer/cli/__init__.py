"""The command line: arguments to a review or a post, and their result to an exit code."""

import argparse
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from reviewer import __version__
from reviewer.errors import ReviewerError
from reviewer.report import FORMATS
from reviewer.report.printable import printable, printable_lines

CLEAN, FINDINGS, FAILED, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES = "Exit codes: 0 clean, 1 findings at the fail level, 2 the job could not be done."


class Joined(argparse.Action):
    """An option with a list that has commas; one that is given again adds to it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002  # what argparse hands to an action
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Take a value over."""
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, f"{before},{values}" if before else values)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _open_streams()
    if arguments is None:
        # Trees hold no cycles and go with their files; to look for some took a fifth of a review.
        gc.disable()
        _end_with_signals()
    options = _parser().parse_args(arguments)
    try:
        code = _command(options.run)(options)
        sys.stdout.flush()
    except ReviewerError as error:
        return _complain(printable(str(error)))
    except KeyboardInterrupt:
        _interrupted()
    except BrokenPipeError:
        # The reader of the pipe has seen enough.
        return _drop_output()
    except OSError as error:
        _complain(printable(str(error)) + "; nothing more was done, mend that and run again")
        return _drop_output()
    except Exception:  # noqa: BLE001  # Python's own exit code for a crash is 1, and that means findings
        import traceback

        return _complain(f"it crashed; please report it with this:\n{traceback.format_exc()}")
    return code


def _end_with_signals() -> None:
    """End with all that was started when somebody else ends us: CI does so when a job is called off."""

    def end(number: int, _frame: object) -> NoReturn:
        from reviewer import process

        with process.forking:
            process.end_all()
            os._exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), end)


def _open_streams() -> None:
    """Put nothing in the place of a stream that is closed, and let no character stop a report."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # open to the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _complain(message: str) -> int:
    """Say what went wrong; names in it may come from the reviewed code, and are made safe to print."""
    print("\n".join(printable_lines(f"reviewer: {message}")), file=sys.stderr)
    return FAILED


def _interrupted() -> NoReturn:
    """End at once: the review's thread is at work still, and would crash while Python takes itself apart."""
    from reviewer import process

    with process.forking:
        process.end_all()
        _complain("interrupted")
        sys.stderr.flush()
        os._exit(INTERRUPTED)


def _drop_output() -> int:
    """Let what nobody takes go nowhere: Python would try once more at its exit, and complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return FAILED


def _command(place: str) -> Callable[[argparse.Namespace], int]:
    """The function behind a command, imported only now: each needs other packages."""
    module, _, name = place.partition(":")
    command: Callable[[argparse.Namespace], int] = getattr(import_module(f"reviewer.cli.{module}"), name)
    return command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reviewer", description=__doc__ and sys.modules["reviewer"].__doc__)
    parser.add_argument("--version", action="version", version=f"reviewer {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (
        _add_init,
        _add_check,
        _add_merge,
        _add_baseline,
        _add_tools,
        _add_post,
        _add_artifact,
        _add_event,
        _add_inspect,
        _add_explain,
        _add_rules,
        _add_docs,
        _add_demo,
        _add_cache,
        _add_server,
    ):
        add(commands)
    return parser


Commands = argparse._SubParsersAction  # noqa: SLF001  # argparse gives its own return type no public name


def _add_init(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "init",
        help="look at this project, and write its configuration and workflow",
        description="Look at the layout of this project, at its layers, its ORM and its tools, and write what the "
        "reviewer could not know into pyproject.toml, each setting with the reason; on GitHub the workflow, too. "
        "What is there already is never changed. On a terminal it asks about names that it is not told of; elsewhere "
        "it says what it assumed.",
    )
    parser.set_defaults(run="init:init")
    parser.add_argument("--dry-run", action="store_true", help="print what would be written, and write nothing")
    parser.add_argument("--baseline", action="store_true", help="write down what stands today, too, to hide it")
    parser.add_argument(
        "--workflow",
        action=argparse.BooleanOptionalAction,
        help="write the workflow for pull requests, or leave it (default: where the project is on GitHub)",
    )


def _add_check(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "check", help="review this branch's change, or the files given", description=_CHECK, epilog=EXIT_CODES
    )
    parser.set_defaults(run="review:check")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders to review whole")
    _add_revisions(parser)
    parser.add_argument(
        "--tool-report", metavar="FILE", help="what `reviewer tools` wrote in a job without rights, packed or not"
    )
    _add_tool_options(parser)
    parser.add_argument("--shard", metavar="K/N", help="do the share of the Kth of N machines, for `reviewer merge`")
    parser.add_argument("--stdin-filename", metavar="PATH", help="review standard input as this file's content")
    parser.add_argument("--no-cache", action="store_true", help="neither take nor keep what was found out before")
    _add_fixing(parser)
    _add_configuration(parser)
    parser.add_argument("--fail-on", choices=("error", "warning", "advice", "never"), help="(default: error)")
    parser.add_argument("--min-confidence", choices=("high", "medium", "low"), help="(default: medium)")
    parser.add_argument("--docs-url", metavar="URL", help=_DOCS_URL)
    _add_reports(parser)


def _add_revisions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base", metavar="REV", help="compare with the merge base with it (default: the default branch)"
    )
    parser.add_argument("--merge-base", metavar="REV", help="compare with this very commit")
    parser.add_argument("--head", metavar="REV", help="review this commit (default: the working tree)")
    parser.add_argument("--staged", action="store_true", help="review what is staged for the next commit")
    parser.add_argument("--policy", metavar="REV", help="the commit whose configuration counts (default: the base)")


def _add_merge(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "merge",
        help="make one review of what several machines found out",
        description="Conclude a review whose files were shared with `reviewer check --shard K/N --report json=FILE`. "
        "It runs in the repository under review, and tells exactly what one machine would tell.",
        epilog=EXIT_CODES,
    )
    parser.set_defaults(run="merging:merge")
    parser.add_argument("reports", nargs="+", metavar="REPORT", help="the files of all shards")
    parser.add_argument("--merge-base", metavar="SHA", help="refuse reports that compare with another commit")
    parser.add_argument("--head", metavar="SHA", help="refuse reports about another commit")
    _add_reports(parser)


def _add_tool_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mypy-python", metavar="FILE", help="the Python that has what the project depends on")
    parser.add_argument("--coverage", metavar="FILE", help="a coverage.xml, coverage.json or lcov.info of the tests")
    parser.add_argument("--coverage-commit", metavar="REV", help="the commit that they ran on (default: the head)")


def _add_reports(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=FORMATS, default="text", help="of standard output (default: text)")
    parser.add_argument("--output", metavar="FILE", help="write the report there instead")
    parser.add_argument(
        "--report", action="append", default=[], metavar="FORMAT=FILE", help="one more report; can be repeated"
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="(default: auto)")


def _add_fixing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="make the fixes that cannot change behaviour")
    parser.add_argument("--unsafe-fixes", action="store_true", help="make the others, too")
    parser.add_argument(
        "--diff", action="store_true", help="show what --fix would do, write nothing, and exit 1 if there is something"
    )


def _add_tools(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "tools",
        help="run what can run the code it checks (mypy), and write down what it says",
        description="Run mypy on both sides of a change and write what it says of the changed files. It belongs in a "
        "job without rights, whose report `reviewer check --tool-report` reads in another one.",
        epilog=EXIT_CODES,
    )
    parser.set_defaults(run="tools:tools")
    parser.add_argument("--merge-base", metavar="REV", required=True, help="the commit to compare with")
    parser.add_argument("--head", metavar="REV", required=True, help="the commit under review")
    parser.add_argument("--policy", metavar="REV", help="the commit whose configuration counts (default: the base)")
    parser.add_argument("--config", metavar="FILE", help="use this pyproject.toml or reviewer.toml instead")
    _add_tool_options(parser)
    parser.add_argument("--output", metavar="FILE", required=True, help="where to write the report")


def _add_artifact(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("artifact", help="fetch what a run of another workflow left behind", epilog=EXIT_CODES)
    parser.set_defaults(run="posting:artifact")
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--repo", required=True, metavar="OWNER/NAME")
    parser.add_argument("--run", required=True, type=int, metavar="ID", dest="run_id")
    parser.add_argument("--output", metavar="FILE", required=True, help="where to write the archive, unopened")


def _add_baseline(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "baseline",
        help="write down what stands today, to hide it",
        description="Write the findings of these files, or of the whole project, to the baseline. One that exists only "
        "shrinks: what is new stays out of it, and is found, unless --allow-growth is given.",
        epilog=EXIT_CODES,
    )
    parser.set_defaults(run="baseline:baseline")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the whole project)")
    _add_configuration(parser)
    parser.add_argument("--prune", action="store_true", help="take out the entries that no longer occur")
    parser.add_argument("--allow-growth", action="store_true", help="take in what is new")


_DOCS_URL = "where your own pages of `reviewer docs --site` are, to link to them (default: what the configuration says)"
_CHECK = (
    "Without paths, review what this branch changes: its commits since the merge base with the default branch, "
    "and uncommitted work. With paths, review those files whole."
)


def _add_configuration(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", help="use this pyproject.toml or reviewer.toml instead")
    parser.add_argument(
        "--select", action=Joined, metavar="RULES", help="rules, families or levels to run, with commas"
    )
    parser.add_argument("--ignore", action=Joined, metavar="RULES", help="rules, families or levels to leave out")
    parser.add_argument("--exclude", action=Joined, metavar="GLOBS", help="files to leave out")
    parser.add_argument("--processes", metavar="NUMBER", help="review in as many processes (default: what pays)")
    parser.add_argument(
        "--file-timeout", metavar="SECONDS", help="give up on a file then (default: 60, if there are some)"
    )


def _add_post(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("post", help="post a JSON report to a pull request", epilog=EXIT_CODES)
    parser.set_defaults(run="posting:post")
    parser.add_argument(
        "reports",
        nargs="+",
        metavar="REPORT",
        help="the file that `reviewer check --report json=FILE` wrote, or those of all shards, in their repository",
    )
    parser.add_argument("--repo", required=True, metavar="OWNER/NAME")
    parser.add_argument("--pr", required=True, type=int, metavar="NUMBER")
    parser.add_argument("--scope", default="default", help="keeps the comments of several jobs apart")
    parser.add_argument("--pages", default="", metavar="URL", help="where the pages of the rules are, to link to them")
    parser.add_argument("--docs-url", default="", metavar="URL", help=_DOCS_URL)
    parser.add_argument("--merge-base", metavar="SHA", help="refuse a report that compares with another commit")
    parser.add_argument("--check-run", metavar="NAME", help="make a check run of this name with the verdict, too")
    parser.add_argument("--dry-run", action="store_true", help="do everything but write")
    parser.add_argument(
        "--plan", choices=("json", "page"), nargs="?", const="json", help="print what would be done, and do nothing"
    )
    parser.add_argument("--output", metavar="FILE", help="append what came of it, as lines for GITHUB_OUTPUT")


def _add_event(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("event", help="print what the GitHub Actions event of this job asks to review")
    parser.set_defaults(run="posting:event")
    parser.add_argument("--base", metavar="REV", help="compare with this instead of the event's base")


def _add_inspect(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("inspect", help="show what is known of each file and class, and why")
    parser.set_defaults(run="review:inspect")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files or folders (default: the whole repository)")
    parser.add_argument("--config", metavar="FILE", help="use this pyproject.toml or reviewer.toml instead")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_explain(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("explain", help="tell what a rule means, why, and what to write instead")
    parser.set_defaults(run="rules:explain")
    parser.add_argument("rule", metavar="RULE")


def _add_rules(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("rules", help="list the rules")
    parser.set_defaults(run="rules:rules")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_docs(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("docs", help="write the pages of the rules from their checks")
    parser.set_defaults(run="rules:docs")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="write markdown to the folder of the checks' families"
    )
    place.add_argument("--site", metavar="FOLDER", help="write a site to this folder, a page for each installed rule")


def _add_demo(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("demo", help="review a pull request of a small repository made for it")
    parser.set_defaults(run="demo:demo")
    parser.add_argument("--keep", metavar="FOLDER", help="make the repository in this new folder and keep it")


def _add_cache(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("cache", help="show or clear what is kept from one review to the next")
    parser.set_defaults(run="cache:cache")
    parser.add_argument("action", choices=("info", "clear"), help="tell where it is and how large, or take it away")


def _add_server(commands: "Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("server", help="tell an editor what a review finds, over the language server protocol")
    parser.set_defaults(run="server:server")
