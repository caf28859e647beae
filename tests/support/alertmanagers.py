"""Alertmanagers that run what the generator renders from a spec; alerts come as Prometheus sends them.

The command line is the one of `watchspec up`.
"""

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self

from generator.catalogue import kind_of
from tests.support.inboxes import Inbox
from tests.support.need import program
from tests.support.servers import Running, free_port
from watchspec.alertmanager import Alertmanager
from watchspec.errors import EnvironmentFailure
from watchspec.load import load
from watchspec.spec import Spec
from watchspec.stack import native
from watchspec.stack.state import State

Labels = Mapping[str, str]
_EVERY: Final = 0.5
"""Seconds between two times that Prometheus says what fires."""
PEER_TIMEOUT_SECONDS: Final = 1
"""How long the second of a cluster waits for the first to tell."""
_GOSSIP: Final = (
    "--cluster.gossip-interval=50ms", "--cluster.pushpull-interval=5s", "--cluster.settle-timeout=5s",
    f"--cluster.peer-timeout={PEER_TIMEOUT_SECONDS}s", "--cluster.probe-interval=500ms",
    "--cluster.reconnect-interval=1s",
)  # fmt: skip
"""A cluster's own timers, shorter, as all of a test's are."""


class Prometheus:
    """What fires, said again and again to every Alertmanager, and what is over, with the moment of its end.

    One that does not answer is left out: Prometheus drops what it cannot send, and says it all again soon.
    """

    def __init__(self, clients: Sequence[Alertmanager], lasts: float = 15.0) -> None:
        self._clients = clients
        self._lasts = timedelta(seconds=lasts)
        self._alerts: dict[frozenset[tuple[str, str]], tuple[datetime, datetime | None]] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def fire(self, *alerts: Labels) -> float:
        """Alerts with these labels fire from now on; when that was, in Unix seconds."""
        now = datetime.now(UTC)
        with self._lock:
            self._alerts |= {frozenset(labels.items()): (now, None) for labels in alerts}
        self._say()
        return now.timestamp()

    def resolve(self, *alerts: Labels) -> float:
        """They are over; when that was, in Unix seconds."""
        now = datetime.now(UTC)
        with self._lock:
            for key in (frozenset(labels.items()) for labels in alerts):
                self._alerts[key] = (self._alerts[key][0], now)
        self._say()
        return now.timestamp()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(_EVERY):
            self._say()

    def _say(self) -> None:
        with self._lock:
            valid = datetime.now(UTC) + self._lasts
            alerts = [
                {"labels": dict(key), "startsAt": began.isoformat(), "endsAt": (ended or valid).isoformat()}
                for key, (began, ended) in self._alerts.items()
            ]
            for client in self._clients if alerts else ():
                with suppress(EnvironmentFailure):
                    client.send(alerts)


@dataclass(frozen=True)
class Delivering:
    """Alertmanagers with the configuration of one spec, and the receivers of its channels."""

    spec: Spec
    peers: Sequence[Running]
    clients: Sequence[Alertmanager]
    prometheus: Prometheus
    inboxes: Mapping[str, Inbox]
    """By channel."""
    data: Path
    """The first one's."""

    def alert(self, alertname: str, target: str, severity: str, **more: str) -> dict[str, str]:
        """All labels of an alert, as the rules of the spec set them; one that is in no catalogue is of no kind."""
        team = next((found.team for _, _, found in self.spec.targets() if found.name == target), None)
        named = {"alertname": alertname, "target": target, "severity": severity}
        kind = {"kind": kind_of()[alertname]} if alertname in kind_of() else {}
        return {**named, **kind, **({"team": team} if team else {}), "stack": self.spec.name, **more}

    def fire(self, alertname: str, target: str, severity: str, **more: str) -> float:
        """That alert fires from now on; when that was, in Unix seconds."""
        return self.prometheus.fire(self.alert(alertname, target, severity, **more))

    def resolve(self, alertname: str, target: str, severity: str, **more: str) -> float:
        """That alert is over; when that was, in Unix seconds."""
        return self.prometheus.resolve(self.alert(alertname, target, severity, **more))

    def silence(self, **labels: str) -> None:
        """Silence what has these labels, for an hour."""
        now = datetime.now(UTC)
        matchers = [{"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in labels.items()]
        times = {"startsAt": now.isoformat(), "endsAt": (now + timedelta(hours=1)).isoformat()}
        self.clients[0].silence({"matchers": matchers, **times, "createdBy": "on call", "comment": "known"})

    def shown(self, **labels: str) -> dict[str, Any]:
        """How the first Alertmanager shows the alert with `labels`; empty if it has none."""
        found = [alert for alert in self.clients[0].alerts() if labels.items() <= alert["labels"].items()]
        return found[0] if found else {}

    def channels(self, **labels: str) -> set[str]:
        """Channels that were told of an alert with `labels`."""
        return {name for name, inbox in self.inboxes.items() if inbox.of(**labels)}


def kill(peer: Running) -> None:
    """End it with no chance to write anything."""
    assert peer.process is not None
    peer.process.kill()
    peer.process.wait()


def knows(flag: str) -> bool:
    """Whether the Alertmanager of this machine has the flag."""
    done = subprocess.run((program("alertmanager"), "--help"), capture_output=True, text=True, timeout=30, check=True)
    return flag in done.stdout + done.stderr


@contextmanager
def delivering(
    folder: Path,
    text: str,
    channels: Sequence[str],
    *,
    peers: int = 1,
    closed: Sequence[str] = (),
    flags: Sequence[str] = (),
) -> Iterator[Delivering]:
    """Everything, running; `text` is a spec that ends within its `channels:`, those of `closed` are not there yet.

    `flags` are put behind the command line of each Alertmanager.
    """
    inboxes = {name: Inbox() for name in channels}
    file = folder / "monitoring.yml"
    file.write_text(text + "".join(f'  {name}: {{webhook: "{box.url}"}}\n' for name, box in inboxes.items()))
    spec = load(file).spec
    gossip = [free_port() for _ in range(peers)]
    with ExitStack() as stack:
        for name, inbox in inboxes.items():
            stack.callback(inbox.close)
            if name not in closed:
                inbox.open()
        states = [State(folder / f"{place}") for place in range(peers)]
        started = [_alertmanager(file, state, gossip, place) for place, state in enumerate(states)]
        for peer in started:
            peer.command = [*peer.command, *flags]
            stack.callback(peer.stop)
            peer.start()
        clients = [Alertmanager(f"http://127.0.0.1:{peer.port}", "the test") for peer in started]
        prometheus = stack.enter_context(Prometheus(clients))
        yield Delivering(spec, started, clients, prometheus, inboxes, states[0].below("data", "alertmanager"))


def _alertmanager(file: Path, state: State, gossip: Sequence[int], place: int) -> Running:
    """Number `place` of as many as there are ports of the cluster."""
    spec, path = load(file).spec, program("alertmanager")
    ports = {name: free_port() for name in ("exporter", "prometheus", "alertmanager")}
    where = native.Place(file, state, ports, {})
    native.configure(spec, where)
    command = list(native.alertmanager(spec, where, path).command)
    if len(gossip) > 1:
        command.remove("--cluster.listen-address=")
        command += [f"--cluster.listen-address=127.0.0.1:{gossip[place]}", *_GOSSIP]
        command += [f"--cluster.peer=127.0.0.1:{port}" for port in gossip if port != gossip[place]]
    client = Alertmanager(f"http://127.0.0.1:{ports['alertmanager']}", "the test")
    return Running(ports["alertmanager"], command, state.log("alertmanager"), lambda: _answers(client))


def _answers(client: Alertmanager) -> bool:
    try:
        return bool(client.status())
    except EnvironmentFailure:
        return False
