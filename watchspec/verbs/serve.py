"""Run the exporter: publish the spec's targets on /metrics."""

import argparse
from functools import partial
from pathlib import Path
from typing import TextIO


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
        "--web.config.file", dest="web", type=Path, metavar="FILE",
        help="TLS and users, in Prometheus's web configuration format; default: everything is open",
    )  # fmt: skip
    parser.add_argument(
        "--state", type=Path, metavar="DIR",
        help="folder in which heartbeats of jobs are remembered over a restart; default: none",
    )  # fmt: skip
    parser.add_argument(
        "--connect", action="append", default=[], metavar="HOST:PORT=HOST:PORT",
        help="contact the second address where the spec names the first; may be repeated",
    )  # fmt: skip


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # every verb's signature
    """Serve until a signal; raise `WatchspecError` for what the user can mend."""
    from exporter.app import Options
    from exporter.serve import serve
    from watchspec import child

    options = Options(arguments.listen, arguments.host, arguments.root, arguments.web, arguments.state)
    return serve(partial(child.load, arguments.spec, arguments.connect), options, stderr)
