"""Say how the stack that `watchspec up` started is: parts, targets, alerts, and whether it runs what the spec says."""

import argparse
import json
import time
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC")
    parser.add_argument("--json", action="store_true", help="for scripts")


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:  # every verb's signature
    """Print it; 1 if something is not well, or if nothing runs (`WatchspecError`)."""
    from watchspec.stack import status
    from watchspec.stack.survey import survey

    found = survey(arguments.spec)
    now = time.time()
    print(json.dumps(status.document(found), indent=2) if arguments.json else status.text(found, now), file=stdout)
    return 0 if found.well else 1
