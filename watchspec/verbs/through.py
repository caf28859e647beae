"""The arguments of the verbs that go through a running Alertmanager."""

import argparse
from pathlib import Path


def options(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments that say which spec and which Alertmanager are meant."""
    parser.add_argument(
        "-s", "--spec", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument(
        "--alertmanager", metavar="URL", help="default: links.alertmanager of the spec, else the stack that runs"
    )
    parser.add_argument("--username", metavar="NAME", help="who logs into Alertmanager")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="the file that holds the password")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="the authority that signed its certificate")
