"""Less memory for a process with many threads that mostly wait."""

import ctypes
import gc
from typing import Final

_ARENA_MAX: Final = -8
"""M_ARENA_MAX of <malloc.h>."""


def settle() -> None:
    """Take what is there for permanent, so that the garbage collector need not look at it again; after the start."""
    gc.collect()
    gc.freeze()


def use_one_arena() -> None:
    """Let all threads share one heap of glibc's; with one for each, freed memory lies about in all of them.

    Before the first thread starts. Another C library has no such setting, and is left as it is.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)
