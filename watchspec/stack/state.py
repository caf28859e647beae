"""What one stack remembers between two commands: its processes, their logs, data and configuration."""

import fcntl
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Record:
    """A process that was started, so that a later command finds it again and no other."""

    name: str
    pid: int
    created: float
    """Unix time in seconds; the same number may be another process by now."""
    port: int
    digest: str
    stop: int
    order: float = field(default_factory=time.time)
    command: tuple[str, ...] = ()
    """With which it was started, so that it can be started again as it was."""

    def process(self) -> psutil.Process | None:
        """The process, if it still runs."""
        try:
            found = psutil.Process(self.pid)
            if abs(found.create_time() - self.created) < 1 and found.status() != psutil.STATUS_ZOMBIE:
                return found
        except psutil.NoSuchProcess:
            pass
        return None


@dataclass(frozen=True, slots=True)
class State:
    """The folder `.watchspec/` beside the spec."""

    folder: Path

    def below(self, *parts: str) -> Path:
        """A folder of ours, made if needed; only we may enter."""
        path = self.folder
        path.mkdir(mode=0o700, exist_ok=True)
        for part in parts:
            path /= part
            path.mkdir(mode=0o700, exist_ok=True)
        return path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other command changes this stack, and let none do so before the end of the block."""
        with (self.below() / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def log(self, name: str) -> Path:
        """Where a program's output goes."""
        return self.below("log") / f"{name}.log"

    def records(self) -> list[Record]:
        """What was started and not ended, the last one first."""
        files = self.folder.joinpath("run").glob("*.json")
        known = [json.loads(path.read_text(encoding="utf-8")) for path in files]
        found = [Record(**{**one, "command": tuple(one.get("command", ()))}) for one in known]
        return sorted(found, key=lambda record: -record.order)

    def alive(self) -> list[Record]:
        """The records of what runs now, the last one first."""
        return [record for record in self.records() if record.process()]

    def running(self, name: str) -> Record | None:
        """The record of a program that runs now."""
        return next((record for record in self.alive() if record.name == name), None)

    def remember(self, record: Record) -> None:
        """Keep a record."""
        (self.below("run") / f"{record.name}.json").write_text(json.dumps(asdict(record)), encoding="utf-8")

    def forget(self, name: str) -> None:
        """Drop a record."""
        (self.folder / "run" / f"{name}.json").unlink(missing_ok=True)
