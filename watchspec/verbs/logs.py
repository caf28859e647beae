"""Print what the parts of the stack log, each line with the name of its part."""

import argparse
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("parts", nargs="*", metavar="PART", help="only of these, such as exporter or prometheus")
    parser.add_argument(
        "-s", "--spec", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what is logged from now on")
    parser.add_argument(
        "-n", "--lines", type=int, default=100, metavar="N", help="how many of each part; default %(default)s"
    )


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print; raise `UsageError` for a part that the stack does not have."""
    from watchspec.stack.logs import Wish, logs

    wish = Wish(tuple(arguments.parts), max(arguments.lines, 0), follow=arguments.follow)
    logs(arguments.spec.resolve().parent, wish, stdout, stderr)
    return 0
