"""Run the exporter: publish the spec's targets on /metrics."""

import argparse
from pathlib import Path
from typing import TextIO

from watchspec import connect, load


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC")
    parser.add_argument("--listen", default=":9877", metavar="HOST:PORT", help="where to listen; default %(default)s")
    parser.add_argument("--host", metavar="NAME", help="which host of the spec this is; default the first one")
    parser.add_argument(
        "--root", type=Path, default=Path("/"), metavar="DIR",
        help="where the host's root file system is mounted, for a container; default %(default)s",
    )  # fmt: skip
    parser.add_argument(
        "--connect", action="append", default=[], metavar="HOST:PORT=HOST:PORT",
        help="contact the second address where the spec names the first; may be repeated",
    )  # fmt: skip


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # every verb's signature
    """Serve until a signal; raise `WatchspecError` for what the user can mend."""
    from exporter import app

    loaded = load.load(arguments.spec)
    for warning in loaded.warnings:
        print(warning, file=stderr)
    spec = connect.rewrite(loaded.spec, connect.parse(arguments.connect))
    return app.serve(
        spec, loaded.folder, listen=arguments.listen, host=arguments.host, root=arguments.root, stderr=stderr
    )
