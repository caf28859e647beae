"""Less memory for a process with many threads that mostly wait."""

import ctypes
import gc
from collections.abc import Mapping
from typing import Final

_SETTINGS: Final[Mapping[int, int]] = {-8: 1, -1: 64 * 1024, -3: 64 * 1024}
"""Of mallopt, numbered as in glibc's <malloc.h>: M_ARENA_MAX, M_TRIM_THRESHOLD and M_MMAP_THRESHOLD, in bytes."""


def settle() -> None:
    """Take what is there for permanent, so that the garbage collector need not look at it again; after the start."""
    gc.set_threshold(700, 10, 10)  # CPython's own; the command line has raised it for its short runs
    gc.collect()
    gc.freeze()


def save() -> bool:
    """Let all threads share one heap of glibc's, and give back what is free; whether the C library can do that.

    With a heap for each thread, freed memory lies about in all of them. To be called before the first thread starts.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and all(mallopt(name, value) == 1 for name, value in _SETTINGS.items())
