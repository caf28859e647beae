"""Drill the delivery: send a marked test alert through the real Alertmanager and say what was delivered."""

import argparse
from typing import TextIO

from watchspec.verbs.through import options


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--channel", metavar="C", help="only this channel; every one in turn by default")
    parser.add_argument("--severity", metavar="S", help="the whole way of an alert of this severity")
    parser.add_argument("--target", metavar="T", help="as if it were about this target")
    parser.add_argument("--wait", metavar="TIME", help="how long to wait for each; 60s by default, and its group wait")
    options(parser)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print what became of each message; 1 if one was not delivered and nothing that is meant to held it back."""
    from watchspec import alertmanager, drills
    from watchspec.load import load

    loaded = load(arguments.spec)
    wish = drills.wish(loaded.spec, arguments.channel, arguments.severity, arguments.target, arguments.wait)
    client = alertmanager.connect(arguments, loaded)
    return drills.drill(wish, loaded, client, stdout, stderr)
