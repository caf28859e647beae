"""The command line: verbs, exit status, and the one place that turns errors into text."""

import argparse
import gc
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import Final, NoReturn, TextIO

import watchspec
from watchspec import __version__
from watchspec.errors import WatchspecError
from watchspec.verbs import (
    check,
    down,
    drill,
    explain,
    generate,
    logs,
    preview,
    route,
    schema,
    serve,
    silence,
    status,
    up,
)

VERBS: Final[dict[str, ModuleType]] = {
    "generate": generate,
    "check": check,
    "explain": explain,
    "preview": preview,
    "route": route,
    "silence": silence,
    "drill": drill,
    "serve": serve,
    "schema": schema,
    "up": up,
    "status": status,
    "logs": logs,
    "down": down,
}

_EPILOG: Final = "exit status: 0 done, 1 an expected failure, 2 a wrong spec or wrong usage, 3 drift, 70 a bug"
_BUG: Final = 70


def main(argv: Sequence[str], stdout: TextIO, stderr: TextIO) -> int:
    """Run one verb and return the exit status; errors become one line each on `stderr`."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = VERBS[arguments.verb].run(arguments, stdout, stderr)
    except WatchspecError as error:
        print(error, file=stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        raise
    except Exception:  # noqa: BLE001  # the boundary: anything else is a bug, and says so
        print(f"watchspec {__version__}: this is a bug, please report it with what follows", file=stderr)
        traceback.print_exc(file=stderr)
        return _BUG
    return status


def entry(*verb: str) -> NoReturn:
    """Be the console script; `python -m generator` and `python -m exporter` come with their verb."""
    # Most verbs end before garbage matters; looking for it, last of all when they end, takes a fifth of their time.
    gc.set_threshold(500_000)
    try:
        status = main([*verb, *sys.argv[1:]], sys.stdout, sys.stderr)
        sys.stdout.flush()
    except BrokenPipeError:  # `watchspec schema | head`
        sys.stderr.close()
        status = 0
    gc.freeze()
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="watchspec", description=watchspec.__doc__, epilog=_EPILOG)
    parser.add_argument("--version", action="version", version=f"watchspec {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, module in VERBS.items():
        help_text = (module.__doc__ or "").splitlines()[0]
        module.add(verbs.add_parser(name, help=help_text, description=help_text, epilog=_EPILOG))
    return parser
