"""Run the stack of a spec, or let the running one take its changes: Docker Compose, else this machine's programs."""

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC")
    parser.add_argument("--demo", action="store_true", help="also run what the bundled spec watches, and a mailbox")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--compose", action="store_true", help="only with Docker Compose")
    way.add_argument("--native", action="store_true", help="only with the programs of this machine")
    parser.add_argument(
        "--no-install", action="store_true", default=bool(os.environ.get("NO_INSTALL")),
        help="install nothing from the distribution; NO_INSTALL=1 says the same",
    )  # fmt: skip
    parser.add_argument(
        "--port", action="append", default=[], metavar="NAME=PORT",
        help="let a part listen elsewhere, without Docker; may be repeated",
    )  # fmt: skip
    parser.add_argument("--watch", action="store_true", help="stay, and let the stack take each change of the spec")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Start, wait until all is ready, print the addresses; raise `WatchspecError` for what the user can mend."""
    from watchspec.stack import ports
    from watchspec.stack.job import Request
    from watchspec.stack.plan import Way, Wish
    from watchspec.stack.run import up

    way = Way.COMPOSE if arguments.compose else Way.NATIVE if arguments.native else None
    wish = Wish(way, install=not arguments.no_install)
    program = "watchspec" if shutil.which("watchspec") else sys.argv[0]
    request = Request(arguments.spec, wish, ports.parse(arguments.port), arguments.demo, program)
    up(request, stdout, stderr)
    if arguments.watch:
        from watchspec.stack.watch import watch

        watch(request, stdout, stderr)
    return 0
