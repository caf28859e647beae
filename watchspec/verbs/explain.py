"""Explain an alert: what fires it, its rule, who is told, what mutes it, its runbook."""

import argparse
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("alert", metavar="ALERT", help="an alert of the catalogue, or of the spec's own rules")
    parser.add_argument(
        "spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument("--target", metavar="T", help="only as it is for this target")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the explanation; raise `UsageError` for an alert or a target that is not there."""
    from generator.explanation import explanation
    from watchspec.check import checked

    loaded = checked(arguments.spec)
    print(explanation(loaded.spec, arguments.alert, arguments.target), file=stdout)
    return 0
