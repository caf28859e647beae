"""A user's regular expression, searched in a process of its own.

Python's matcher can take years for an innocent pattern, holds all other threads meanwhile and cannot be interrupted;
a process can be killed at the deadline.
"""

import math
import subprocess
import sys
from typing import Final

from exporter.deadline import Deadline
from exporter.probe.failure import ProbeError

_SCRIPT: Final = """
import re, signal, sys
signal.alarm(int(sys.argv[1]))
pattern, _, text = sys.stdin.buffer.read().partition(b"\\0")
sys.exit(0 if re.search(pattern.decode(), text.decode("utf-8", "replace")) else 3)
"""
_FOUND: Final = 0
_MISSED: Final = 3


def matches(pattern: str, text: bytes, deadline: Deadline) -> bool:
    """Whether `pattern` matches somewhere in `text`; raises `ProbeError` when the deadline has passed."""
    # The alarm ends it too where this process ends first.
    command = [sys.executable, "-I", "-S", "-W", "ignore", "-c", _SCRIPT, str(math.ceil(deadline.remaining()) + 1)]
    given = pattern.encode() + b"\0" + text
    try:
        done = subprocess.run(
            command,
            input=given,
            capture_output=True,
            timeout=deadline.remaining(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ProbeError("timeout", "the pattern took too long") from None
    if done.returncode not in {_FOUND, _MISSED}:
        raise ProbeError("body", "the pattern could not be searched for")
    return done.returncode == _FOUND
