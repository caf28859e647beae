"""What is done to a running stack; each undoes itself, but for a crash, which the engine has to."""

import dataclasses
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final

import pytest

from tests.support.chaos import PARTS, Run, recover
from tests.support.composed import CORE, until
from tests.support.servers import wait_until

SECONDS: Final = 6
"""How long a fault lasts that does not end by itself: two scrapes."""
Breaks = Callable[..., AbstractContextManager[str]]
Strike = Callable[[Run], AbstractContextManager[str]]
"""Breaks something, says what was seen, and lets go again."""


@dataclass(frozen=True)
class Fault:
    """One line of the table."""

    name: str
    strike: Strike
    lasts: float = 0
    """Seconds between the strike and its end."""
    instant: bool = False
    """Whether it is over as soon as it has struck: what follows is already the recovery."""
    forgets: bool = False
    """Whether an end may stay untold: Prometheus and Alertmanager begin anew at once, and neither remembers it."""


def _docker(*words: str) -> None:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"docker {' '.join(words)}: {done.stderr}"


def _started(run: Run, parts: Sequence[str]) -> dict[str, str]:
    found = run.stack.containers()
    return {part: found[part]["State"]["StartedAt"] for part in parts}


def written_down(run: Run) -> None:
    """Wait until Alertmanager has written down all that it has told so far."""

    def written() -> bool:
        said = run.stack.compose("exec", "-T", "alertmanager", "stat", "-c", "%Y", "/alertmanager/nflog")
        return float(said) > run.told()[-1].at + 1  # whole seconds

    until(written, "Alertmanager to write down what it has told")


@contextmanager
def crash(run: Run, *parts: str, told: bool = False) -> Iterator[str]:
    """SIGKILL from outside: to the engine a crash, and nobody's wish, as that of `docker kill` would be.

    With `told`, in the moment in which the next alert was told; else Alertmanager has written down what it told.
    """
    if os.geteuid() != 0:
        pytest.skip("only root may kill a container's process")
    found, before = run.stack.containers(), _started(run, parts)
    run.collect()  # the mailbox forgets
    if told:
        run.turn(**{run.current: 1})
        wait_until(lambda: run.is_told(run.current, "firing"), "the message before the crash", 90)
    elif "alertmanager" in parts:
        written_down(run)
    for part in parts:
        os.kill(found[part]["State"]["Pid"], signal.SIGKILL)
    yield "the engine starts it again" if len(parts) == 1 else "the engine starts them again"

    def again() -> bool:
        now = _started(run, parts)
        return all(now[part] > before[part] for part in parts)

    until(again, "the engine to start what crashed")


@contextmanager
def pause(run: Run, part: str) -> Iterator[str]:
    """Freeze all of its processes."""
    identity = run.stack.containers()[part]["Id"]
    _docker("pause", identity)
    try:
        yield f"frozen for {SECONDS} s"
    finally:
        _docker("unpause", identity)


@contextmanager
def cut(run: Run, part: str) -> Iterator[str]:
    """Take it off all of its networks."""
    found = run.stack.containers()[part]
    networks = sorted(found["NetworkSettings"]["Networks"])
    for network in networks:
        _docker("network", "disconnect", network, found["Id"])
    try:
        yield f"nobody reaches it, and it nobody, for {SECONDS} s"
    finally:
        for network in networks:
            _docker("network", "connect", f"--alias={part}", network, found["Id"])


@contextmanager
def fill(run: Run) -> Iterator[str]:
    """Leave no byte on Prometheus's volume, until it says so."""
    room = ("exec", "-T", "room", "sh", "-c")
    run.stack.compose(*room, "dd if=/dev/zero of=/prometheus/ballast bs=64k 2>/dev/null; true")
    struck = time.time()
    try:
        until(lambda: "PrometheusNotIngesting" in run.others(struck), "an alert that says it")
        yield f"`PrometheusNotIngesting` was told {time.time() - struck:.0f} s later"
    finally:
        run.stack.compose(*room, "rm /prometheus/ballast")


@contextmanager
def move_zone(run: Run) -> Iterator[str]:
    """Make the parts anew in a zone that is half a day away, and back again."""

    def recreate(zone: str) -> None:
        moved = dataclasses.replace(run.stack, variables={**run.stack.variables, "CHAOS_ZONE": zone})
        moved.compose("up", "-d", "--wait", "--pull", "never", "--no-deps", *CORE)

    written_down(run)
    recreate("Pacific/Auckland")
    zones = {run.stack.compose("exec", "-T", part, "date", "+%z").strip() for part in CORE}
    assert zones <= {"+1200", "+1300"}
    try:
        yield "messages say UTC, and what a maintenance window mutes stays muted"
        recover(run.stack, time.time())
        assert all(re.search(r"\d\d:\d\d(:\d\d)? UTC", text) for text in _mails(run)[-1:])
    finally:
        written_down(run)
        recreate("UTC")


def _mails(run: Run) -> list[str]:
    return [str(message["text"]) for message in run.collect() if message["kind"] == "mail"]


@contextmanager
def stop_all(run: Run) -> Iterator[str]:
    """All at once, as before the machine's own end, and all at once again."""
    run.collect()
    run.stack.compose("stop", "--timeout", "10", *PARTS)
    yield "stopped in order, then started"
    run.stack.compose("start", *PARTS)


@contextmanager
def restart_all(run: Run) -> Iterator[str]:
    """`docker compose restart`."""
    yield "started in any order"
    run.stack.compose("restart", "--timeout", "10", *PARTS)


def _each(what: str, strike: Breaks, parts: Sequence[str], lasts: float = 0) -> list[Fault]:
    return [Fault(f"{part} {what}", _on(strike, part), lasts, instant=not lasts) for part in parts]


def _on(strike: Breaks, *parts: str) -> Strike:
    return lambda run: strike(run, *parts)


FORGETS: Final = "alertmanager killed right after it told"
"""It may tell once more what it had no time to write down."""
FAULTS: Final = (
    *_each("killed", crash, PARTS),
    *_each("paused", pause, PARTS, SECONDS),
    *_each("cut off", cut, (*CORE, "mailbox"), SECONDS),
    Fault("Prometheus's disk full", fill),
    Fault("zone of the clock moved by half a day", move_zone, forgets=True),
    Fault("everything restarted", restart_all, forgets=True),
    Fault("everything stopped, then started", stop_all, forgets=True),
    Fault("everything killed at once", _on(crash, *PARTS), instant=True, forgets=True),
    Fault(FORGETS, lambda run: crash(run, "alertmanager", told=True), instant=True),
)
