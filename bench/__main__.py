"""`python -m bench`: what it costs, beside the exporters that this one replaces."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from bench import costs, families, generate, hung, programs, report, rules, scale, targets
from bench.part import Part
from watchspec.errors import WatchspecError

PARTS: Final[dict[str, Part]] = {
    "costs": costs.run, "targets": targets.run, "hung": hung.run, "generate": generate.run, "rules": rules.run,
    "families": families.run, "scale": scale.run,
}  # fmt: skip
_OUTCOMES: Final = (pytest.fail.Exception, pytest.skip.Exception)
"""What the tests' servers raise when a program is missing or does not start."""


def main(argv: Sequence[str]) -> int:
    """Measure; 0 if every limit holds, 1 if not or if something is missing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default all but families and scale"
    )
    parser.add_argument("--exporters", type=Path, metavar="DIR", help="where the four are, if not on PATH")
    parser.add_argument("--scrapes", type=int, default=1000, metavar="N", help="default %(default)s")
    parser.add_argument("--write", type=Path, metavar="FILE", help="replace the figures in this Markdown file")
    arguments = parser.parse_args(argv)
    chosen = arguments.parts or [name for name in PARTS if name not in {"families", "scale"}]
    if unknown := [name for name in chosen if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    try:
        return _measure(chosen, arguments)
    except (WatchspecError, ConnectionError) as error:
        print(f"bench: {error}", file=sys.stderr)
    except _OUTCOMES as error:
        print(f"bench: {error.msg}", file=sys.stderr)
    return 1


def _measure(chosen: Sequence[str], arguments: argparse.Namespace) -> int:
    needed = {"costs", "targets", "families"} & set(chosen)
    binaries = programs.found(arguments.exporters) if needed else {}
    broken: list[str] = []
    sections = []
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="watchspec-bench-", ignore_cleanup_errors=True) as folder:
            result = PARTS[name](Path(folder), binaries, arguments.scrapes)
        print(result.text, flush=True)
        sections.append(result.text)
        broken += result.broken
    if arguments.write is not None:
        report.write(arguments.write, "\n".join((*sections, report.circumstances(binaries))))
    for line in broken:
        print(f"bench: broken limit: {line}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
