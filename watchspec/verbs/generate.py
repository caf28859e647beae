"""Write every output: rules, Alertmanager and Prometheus configuration, dashboards, runbooks."""

import argparse
from pathlib import Path
from typing import TextIO


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `watchspec generate`."""
    parser.add_argument(
        "spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to write; default: the folder of SPEC")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; show what would change, and exit 3 if anything would"
    )
    parser.add_argument(
        "--test", action="store_true", help="first let promtool run the tests of the rules; write nothing if one fails"
    )


def run(arguments: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Render the spec and write the files; raise `OutputDrift` if `--check` finds a difference."""
    from generator.files import drift, write
    from generator.render import render
    from watchspec.check import checked
    from watchspec.errors import OutputDrift

    loaded = checked(arguments.spec)
    for warning in loaded.warnings:
        print(warning, file=stderr)
    folder: Path = arguments.output or loaded.folder
    files = render(loaded.spec)
    if arguments.test:
        from watchspec.promtool import prove

        print(f"{prove(files, loaded)} tests of rules pass", file=stdout)
    if arguments.check:
        if lines := drift(files, folder):
            print("\n".join(lines), file=stdout)
            raise OutputDrift(f"{folder}: differs from what {arguments.spec} renders; run: watchspec generate")
        print(f"{len(files)} files up to date in {folder}", file=stdout)
        return 0
    done = write(files, folder)
    print(f"{done.written} files written, {done.unchanged} unchanged, {done.removed} removed in {folder}", file=stdout)
    return 0
