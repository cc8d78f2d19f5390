"""From the words on the command line to the exit code."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence

from apps.client import VERSION
from apps.client.commands import (
    diffs,
    documents,
    exports,
    jobs,
    plans,
    requesting,
    runs,
    signing_in,
    snapshots,
    tenants,
)
from apps.client.context import Context, Surroundings
from apps.client.errors import Exit, Failure
from apps.client.parsing import Commands
from apps.client.showing import Output

PARTS = (signing_in, tenants, snapshots, diffs, plans, requesting, runs, documents, exports, jobs)

EPILOG = """\
exit codes:
  0  done
  1  refused, failed, blocked, or ended with warnings
  2  the command is wrong
  3  not signed in, or not allowed
  4  there is no such thing
  5  something else is in the way, or what you saw is out of date
  6  throttled, unreachable, or not ended within --timeout
  7  differences were found (diff --exit-code)

HOLDFAST_URL and HOLDFAST_TOKEN take the place of `holdfast login`.
docs/client.md has examples for cron and CI.
"""


def parser() -> ArgumentParser:
    """All commands with their help."""
    made = ArgumentParser(
        prog="holdfast",
        description="Backup and recovery of Microsoft Entra ID, from the command line.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"holdfast {VERSION}")
    common = ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="answer with JSON, for scripts")
    common.add_argument("--url", metavar="URL", help="the address of Holdfast")
    commands = Commands(made.add_subparsers(metavar="COMMAND", required=True), common)
    for part in PARTS:
        part.add_to(commands)
    return made


def main(words: Sequence[str], around: Surroundings | None = None) -> int:
    """Do what the words say; the exit code."""
    around = around or Surroundings(os.environ)
    try:
        args = parser().parse_args(words)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.USAGE
    output = Output(args.json, around.stdout, around.stderr)
    try:
        code = args.command(Context(args, around, output))
        around.stdout.flush()
    except Failure as failure:
        output.failure(failure)
        code = failure.exit_code
    except KeyboardInterrupt:
        output.note("Stopped watching. What Holdfast has begun goes on there.")
        code = Exit.INTERRUPTED
    except BrokenPipeError:
        # Whoever read has seen enough (`| head`); Python would complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.OK
    except OSError as error:
        output.failure(_file_trouble(error))
        code = Exit.REFUSED
    return int(code)


def _file_trouble(error: OSError) -> Failure:
    words = error.strerror or "The file cannot be written"
    message = f"{words}: {error.filename}" if error.filename else f"{words}."
    todo = "Look after the disk and the folder's rights, then try again."
    return Failure(message, Exit.REFUSED, code="file-trouble", todo=todo)
