"""How well the clock is kept, from adjtimex(2)."""

import ctypes
import os
from ctypes import Structure, c_int, c_long, c_uint
from functools import cache
from typing import Final

from exporter.families import Families
from exporter.linux.tree import Tree

_NANOSECONDS: Final = 0x2000
"""STA_NANO of the status: offset and jitter are in nanoseconds."""
_UNSYNCHRONISED: Final = 5
"""TIME_ERROR of the result."""
_PPM: Final = 1_000_000 * 65536
"""Frequencies are parts per million with 16 bits after the point."""


class _Timex(Structure):
    """`struct timex` of <sys/timex.h>."""

    _fields_ = (
        ("modes", c_uint), ("offset", c_long), ("freq", c_long), ("maxerror", c_long), ("esterror", c_long),
        ("status", c_int), ("constant", c_long), ("precision", c_long), ("tolerance", c_long), ("seconds", c_long),
        ("microseconds", c_long), ("tick", c_long), ("ppsfreq", c_long), ("jitter", c_long), ("shift", c_int),
        ("stabil", c_long), ("jitcnt", c_long), ("calcnt", c_long), ("errcnt", c_long), ("stbcnt", c_long),
        ("tai", c_int), ("reserved", c_int * 11),
    )  # fmt: skip


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def collect(_tree: Tree, out: Families) -> None:
    """Offset, errors, frequency and state of the kernel's clock; the tree has no part in it."""
    found = _Timex()
    state = _libc().adjtimex(ctypes.byref(found))
    if state < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    fine = 1e9 if found.status & _NANOSECONDS else 1e6
    gauges = (
        ("sync_status", "Whether the clock is synchronised.", int(state != _UNSYNCHRONISED)),
        ("status", "Status bits of the clock.", found.status),
        ("offset_seconds", "Offset from the reference, in seconds.", found.offset / fine),
        ("frequency_adjustment_ratio", "Adjustment of the clock's frequency.", 1 + found.freq / _PPM),
        ("maxerror_seconds", "Largest error, in seconds.", found.maxerror / 1e6),
        ("estimated_error_seconds", "Estimated error, in seconds.", found.esterror / 1e6),
        ("loop_time_constant", "Time constant of the phase-locked loop.", found.constant),
        ("tick_seconds", "Time between clock ticks, in seconds.", found.tick / 1e6),
        ("tai_offset_seconds", "Offset of international atomic time, in seconds.", found.tai),
        ("pps_frequency_hertz", "Frequency of the pulse each second.", found.ppsfreq / _PPM),
        ("pps_jitter_seconds", "Jitter of the pulse, in seconds.", found.jitter / fine),
        ("pps_shift_seconds", "Duration of the pulse's interval, in seconds.", found.shift),
        ("pps_stability_hertz", "Stability of the pulse's frequency.", found.stabil / _PPM),
    )
    for name, text, value in gauges:
        out.gauge(f"node_timex_{name}", text, value)
    counters = (
        ("pps_jitter", "jitter exceeded", found.jitcnt), ("pps_calibration", "calibrations", found.calcnt),
        ("pps_error", "calibration errors", found.errcnt),
        ("pps_stability_exceeded", "stability exceeded", found.stbcnt),
    )  # fmt: skip
    for name, text, value in counters:
        out.counter(f"node_timex_{name}_total", f"Pulse each second: {text}.", value)
