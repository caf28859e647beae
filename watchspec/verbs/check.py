"""Check a spec: every problem at once, with its place and the fix."""

import argparse
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "spec", nargs="?", type=Path, default=Path("monitoring.yml"), help="the spec (default: monitoring.yml)"
    )


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Say whether the spec is right; warnings go to `stderr`."""
    from watchspec.check import checked

    loaded = checked(arguments.spec)
    for warning in loaded.warnings:
        print(warning, file=stderr)
    count = sum(1 for _ in loaded.spec.targets())
    print(f"{arguments.spec}: ok, {count} target{'' if count == 1 else 's'}", file=stdout)
    return 0
