"""Write every output: rules, Alertmanager and Prometheus configuration, dashboards, runbooks."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from generator.layout import Files
    from watchspec.load import Loaded


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `watchspec generate`."""
    parser.add_argument(
        "spec", nargs="?", type=Path, default=Path("monitoring.yml"), metavar="SPEC", help="default: %(default)s"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where to write; default: the folder of SPEC")
    parser.add_argument(
        "--target", choices=("files", "kubernetes"), default="files",
        help="files for Compose and for programs of your own, or manifests for the Prometheus Operator,"
        " below kubernetes/; default: %(default)s",
    )  # fmt: skip
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
    kubernetes = arguments.target == "kubernetes"
    files: Files = {} if kubernetes and not arguments.test else render(loaded.spec)
    if arguments.test:
        from watchspec.promtool import prove

        print(f"{prove(files, loaded)} tests of rules pass", file=stdout)
    if kubernetes:
        files, folder = _manifests(loaded, stderr), folder / "kubernetes"
    if arguments.check:
        if lines := drift(files, folder):
            print("\n".join(lines), file=stdout)
            again = "watchspec generate" + ("" if arguments.target == "files" else f" --target {arguments.target}")
            raise OutputDrift(f"{folder}: differs from what {arguments.spec} renders; run: {again}")
        print(f"{len(files)} files up to date in {folder}", file=stdout)
        return 0
    done = write(files, folder)
    print(f"{done.written} files written, {done.unchanged} unchanged, {done.removed} removed in {folder}", file=stdout)
    return 0


def _manifests(loaded: "Loaded", stderr: TextIO) -> "Files":
    """The manifests; says which of them could not say all that the spec does, and were left out."""
    from generator.kubernetes.alertmanagerconfig import unsaid
    from generator.kubernetes.render import render

    if lacks := unsaid(loaded.spec):
        print("no AlertmanagerConfig is written, for it cannot say all of this; the Secret does:", file=stderr)
        print("\n".join(f"  {lack}" for lack in lacks), file=stderr)
    return render(loaded.spec, loaded.source.text)
