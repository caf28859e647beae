"""Silence alerts for a while, see what is silenced, and end it: for what no maintenance window foresaw."""

import argparse
from typing import TextIO

from watchspec.verbs.through import options


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|list|end")
    making = actions.add_parser("add", help="silence what has these labels; it is acknowledged by that, too")
    making.add_argument("matchers", nargs="+", metavar="LABEL=VALUE", help="or !=, =~, !~; all of them must hold")
    making.add_argument("--for", dest="length", metavar="TIME", help="how long, such as 2h")
    making.add_argument("--until", metavar="TIME", help="or until when: 18:00, 2026-12-05T22:00")
    making.add_argument("--from", dest="begin", metavar="TIME", help="from when; now by default")
    making.add_argument("--reason", required=True, metavar="TEXT", help="why; those who come after you read it")
    making.add_argument("--author", metavar="NAME", help="who; you, at this machine, by default")
    making.add_argument("--anyway", action="store_true", help="even if the spec knows no such alert")
    listing = actions.add_parser("list", help="what is silenced, by whom, why and until when")
    listing.add_argument(
        "matchers", nargs="*", metavar="LABEL=VALUE", help="only what may silence an alert with these labels"
    )
    listing.add_argument("--expired", action="store_true", help="those too that ended in the last days")
    ending = actions.add_parser("end", help="end silences now")
    ending.add_argument(
        "names", nargs="+", metavar="ID|LABEL=VALUE", help="the first letters of an ID, or matchers that it has"
    )
    for action in (making, listing, ending):
        options(action)


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Do what was asked; raise `UsageError` for what the spec or Alertmanager does not know."""
    from watchspec import alertmanager, silences
    from watchspec.load import load

    loaded = load(arguments.spec)
    client = alertmanager.connect(arguments, loaded)
    match arguments.action:
        case "add":
            silences.add(arguments, loaded.spec, client, stdout, stderr)
        case "list":
            silences.show(arguments, loaded.spec, client, stdout)
        case _:
            silences.end(arguments, loaded.spec, client, stdout)
    return 0
