"""Units of systemd, asked of `systemctl`: only if it is switched on.

No file says which units have failed, so a program is started; at most twice a minute.
"""

import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from exporter.families import Families, render
from exporter.linux.tree import Tree

_COMMAND: Final = ("systemctl", "list-units", "--all", "--plain", "--no-legend", "--no-pager", "--full")
_PATIENCE: Final = 2.0
"""Seconds that systemctl may take."""
_KEPT: Final = 30.0
"""Seconds for which an answer is good."""
_STATES: Final = ("activating", "active", "deactivating", "failed", "inactive")


def ask() -> str:
    """What systemctl lists; raises `OSError`, `TimeoutError` among them."""
    env = {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)}
    try:
        done = subprocess.run(_COMMAND, capture_output=True, timeout=_PATIENCE, check=False, env=env)
    except subprocess.TimeoutExpired:
        raise TimeoutError("systemctl does not answer") from None
    if done.returncode:
        raise OSError(f"systemctl failed: {done.stderr.decode(errors='replace').strip()[:200]}")
    return done.stdout.decode(errors="replace")


class Units:
    """Units by state, and those that have failed."""

    def __init__(self, ask: Callable[[], str] = ask) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._at = float("-inf")
        self._units: Sequence[tuple[str, str]] = ()
        self._failure: OSError | None = None

    def collect(self, tree: Tree, out: Families) -> None:
        """Raises `FileNotFoundError` where this process cannot speak to the machine's systemd."""
        if tree.root != "/" or not Path("/run/systemd/system").exists():
            raise FileNotFoundError("systemd")
        publish(self._fresh(), out)

    def _fresh(self) -> Sequence[tuple[str, str]]:
        with self._lock:
            if time.monotonic() - self._at >= _KEPT:
                self._at, self._failure = time.monotonic(), None
                try:
                    self._units = parse(self._ask())
                except OSError as error:  # one that hangs must not hold up every scrape
                    self._failure = error
            if self._failure is not None:
                raise self._failure
            return self._units


def parse(text: str) -> Sequence[tuple[str, str]]:
    """Name and active state of each unit; columns are UNIT LOAD ACTIVE SUB DESCRIPTION."""
    rows = (line.lstrip("●* ").split(None, 4) for line in text.splitlines())
    return [(row[0], row[2]) for row in rows if len(row) >= 4]


def publish(units: Sequence[tuple[str, str]], out: Families) -> None:
    """Counts of units by state; a series for each unit that has failed."""
    counts = Counter(state for _, state in units)
    for state in _STATES:
        out.gauge("node_systemd_units", "Units, by state.", counts[state], render(state=state))
    for name, state in units:
        if state == "failed":
            labels = render(name=name, state=state, type="")
            out.gauge("node_systemd_unit_state", "Units that have failed; always 1.", 1, labels)
