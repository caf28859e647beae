"""Load a spec in a process of its own: `python -m watchspec.plain SPEC [--connect A=B …]`.

Standard output gets the spec and its folder as `watchspec.values.written` writes them; standard error gets what
`watchspec check` would say of it, and the exit status is the same.
"""

import argparse
import sys
import traceback
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from pydantic import BaseModel

from watchspec import connect, load, values
from watchspec.errors import WatchspecError
from watchspec.kinds import KINDS
from watchspec.spec import Spec
from watchspec.spec.base import Model
from watchspec.units import Duration, Ratio, Size

_SECTIONS: Final = frozenset({"version", "name", "labels", "links", "prometheus", *KINDS.values()})
"""What an exporter needs; who is told of an alert is none of its business."""
_KEPT: Final = (Duration, Ratio, Size, Decimal, type(None))
_BUG: Final = 70


def plain(value: object) -> object:
    """`value` with every model in it as a `Plain` of the same attributes, properties among them."""
    match value:
        case BaseModel():
            return _section(value, [*type(value).model_fields, *_properties(type(value))])
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return tuple(map(plain, value))
        case _:
            return _scalar(value)


def spec(loaded: Spec) -> values.Plain:
    """The sections that an exporter needs."""
    return _section(loaded, [name for name in type(loaded).model_fields if name in _SECTIONS])


def _section(model: BaseModel, names: Sequence[str]) -> values.Plain:
    return values.Plain(type(model).__name__, {name: plain(getattr(model, name)) for name in names})


def _properties(model: type[BaseModel]) -> list[str]:
    own = [known for known in model.__mro__ if issubclass(known, Model) and known is not Model]
    return [name for known in own for name, value in vars(known).items() if isinstance(value, property)]


def _scalar(value: object) -> object:
    """A number or text of YAML may be of a class that remembers how it was written."""
    if isinstance(value, _KEPT):
        return value
    for known in (bool, int, float, str):
        if isinstance(value, known):
            return known(value)
    raise TypeError(f"no plain form of {type(value).__name__}")


def main(argv: Sequence[str], stdout: BinaryIO, stderr: TextIO) -> int:
    """Load, check, rewrite, write; the exit status."""
    parser = argparse.ArgumentParser(prog="watchspec.plain", description="Load a spec for the exporter.")
    parser.add_argument("spec", type=Path, metavar="SPEC")
    parser.add_argument("--connect", action="append", default=[], metavar="HOST:PORT=HOST:PORT")
    arguments = parser.parse_args(argv)
    try:
        addresses = connect.parse(arguments.connect)
        loaded = load.load(arguments.spec)
        for warning in loaded.warnings:
            print(warning, file=stderr)
        data = values.written((spec(connect.rewrite(loaded.spec, addresses)), str(loaded.folder)))
    except WatchspecError as error:
        print(error, file=stderr)
        return error.exit_status
    except Exception:  # noqa: BLE001  # the boundary of this process
        traceback.print_exc(file=stderr)
        return _BUG
    stdout.write(data)
    stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout.buffer, sys.stderr))
