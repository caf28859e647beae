"""End what `watchspec up` started; data and secrets stay."""

import argparse
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """End the processes or containers; raise `WatchspecError` if the engine refuses."""
    from watchspec.stack.run import down

    down(arguments.spec.resolve().parent, stdout, stderr)
    return 0
