"""What takes long to read, kept as Python keeps compiled modules: in `__pycache__`, until its source changes.

Nothing is written where Python would write no modules: with PYTHONDONTWRITEBYTECODE, or in a folder that is read-only.
"""

import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Final, TypeVar, cast

import jinja2
import pydantic
from jinja2.bccache import Bucket, FileSystemBytecodeCache

from watchspec import __version__, source
from watchspec.source import Source

_FOLDER: Final = Path(cache_from_source(__file__)).parent
_READER: Final = Path(source.__file__)
_T = TypeVar("_T")


def values(paths: Sequence[Path], name: str, folder: Path = _FOLDER) -> Sequence[object]:
    """The plain value of each YAML file of `paths`, kept in `folder` under `name`."""
    return made(tuple, paths, name, (), folder)


def made(
    make: Callable[[Iterable[object]], _T], paths: Sequence[Path], name: str, by: Sequence[Path], folder: Path = _FOLDER
) -> _T:
    """What `make` makes of the plain values of `paths`, kept in `folder` under `name`.

    `by` are the modules whose code decides what that is: when one of them changes, it is made anew.
    """
    place = folder / f"{name}.{sys.implementation.cache_tag}.kept"
    stamp = (__version__, pydantic.VERSION, *map(_stamp, (_READER, *by, *paths)))
    with suppress(Exception):  # whatever a broken file does when it is read; as trusted as the modules beside it
        known, found = pickle.loads(place.read_bytes())  # noqa: S301
        if known == stamp:
            return cast("_T", found)
    read = make(Source(path.read_text(encoding="utf-8"), path.name).value for path in paths)
    _keep(place, pickle.dumps((stamp, read), pickle.HIGHEST_PROTOCOL))
    return read


def _stamp(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size


def _keep(place: Path, content: bytes) -> None:
    """Write it whole or not at all."""
    if sys.dont_write_bytecode:
        return
    with suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        handle, waiting = tempfile.mkstemp(prefix=place.name, dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(waiting).replace(place)
        except OSError:
            Path(waiting).unlink(missing_ok=True)


class Templates(FileSystemBytecodeCache):
    """Jinja's own cache of compiled templates, which is no reason to fail."""

    def __init__(self, name: str, folder: Path = _FOLDER) -> None:
        """Keep templates of the environment `name`: what it does with values is compiled into them."""
        super().__init__(str(folder), f"{name}-jinja{jinja2.__version__}-%s.kept")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill `bucket`; leave it empty where nothing is kept, or something broken."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001  # whatever unpickling it does
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep `bucket`, where Python would keep a module."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                super().dump_bytecode(bucket)
