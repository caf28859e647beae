"""Drills: a marked test alert through the real Alertmanager, and from its own counters what was delivered."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TextIO

import yaml

from watchspec import moments
from watchspec.alertmanager import Alertmanager, Matcher, author, log_of
from watchspec.counters import Count, Counters
from watchspec.errors import EnvironmentFailure, UsageError
from watchspec.load import Loaded
from watchspec.spec import Spec
from watchspec.units import Duration

if TYPE_CHECKING:
    from generator.delivery.verdict import Telling

_WAIT: Final = Duration(60_000)
_TICK: Final = 0.1
"""Seconds between two looks at the counters."""
_APPEARS: Final = 5.0
"""Seconds in which an alert that was sent must be there."""
_LASTS: Final = timedelta(minutes=5)
"""What a drill lasts beyond its wait if nobody ends it."""
_REASONS: Final = {
    "clientError": "refused for good: address, secret or room is wrong",
    "serverError": "the service itself fails",
    "contextDeadlineExceeded": "no success in time",
    "contextCanceled": "Alertmanager was stopped or loaded another configuration",
    "other": "no connection, or a wrong setting",
}
"""https://github.com/prometheus/alertmanager/blob/main/notify/util.go"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is drilled."""

    alerts: tuple[Mapping[str, str], ...]
    """Labels, without the drill's own; one after the other."""
    wait: Duration | None
    """How long for each; None is as long as it may take, and some more."""


@dataclass(frozen=True, slots=True)
class Part:
    """One integration of a receiver that has to deliver."""

    receiver: str
    integration: str
    count: int
    """How many of them the receiver has."""
    held: str = ""
    """Why it is not expected to deliver now; empty if it is."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one part."""

    part: Part
    count: Count
    seconds: float

    @property
    def delivered(self) -> bool:
        """Whether all of it was."""
        return self.count.delivered >= self.part.count

    @property
    def failed(self) -> bool:
        """Whether some of it was tried in vain, or given up."""
        return not self.delivered and bool(self.count.refused or self.count.given_up)

    @property
    def settled(self) -> bool:
        """Whether waiting is of no more use."""
        given_up = sum((self.count.given_up or {}).values())
        return bool(self.part.held) or self.count.delivered + given_up >= self.part.count


@dataclass(slots=True)
class _Sent:
    """An alert of a drill that fires."""

    labels: Mapping[str, str]
    began: datetime
    ended: bool = field(default=False)


def wish(spec: Spec, channel: str | None, severity: str | None, target: str | None, wait: str | None) -> Wish:
    """What the command line asks for; raise `UsageError` for names that `spec` does not know."""
    from generator.delivery.alerts import asked  # noqa: PLC0415
    from generator.delivery.routes import DRILL  # noqa: PLC0415

    if target is not None and channel is None and severity is None:
        raise UsageError(f"--target {target}: of which severity? give --severity {' or '.join(spec.matrix())}")
    if severity is not None and severity not in spec.matrix():
        asked(spec, {"severity": severity}, ())  # says what it may be
        raise UsageError(f"--severity {severity}: nobody is told of it")
    if not spec.channels:
        raise UsageError("this spec names no channels; there is nothing to drill")
    given = {"severity": severity, "target": target}
    common = {"alertname": DRILL, **{name: value for name, value in given.items() if value is not None}}
    channels = [channel] if channel is not None else list(spec.channels)
    each = [common] if channel is None and severity is not None else [{**common, "channel": name} for name in channels]
    alerts = ({**asked(spec, labels, ()).labels, "stack": spec.name, **spec.labels} for labels in each)
    return Wish(tuple(alerts), moments.duration(wait, "--wait") if wait is not None else None)


def drill(wish: Wish, loaded: Loaded, client: Alertmanager, stdout: TextIO, stderr: TextIO) -> int:
    """Send the alerts one by one, print what became of each, and end them; the exit status."""
    running = _Running(client)
    print(f"drill through {client.url}, Alertmanager {running.version}", file=stdout, flush=True)
    whole = _Drill(wish, loaded.spec, running, stdout, stderr)
    sent: list[_Sent] = []
    fates: list[Fate] = []
    lasting: list[Fate] = []
    try:
        for labels in wish.alerts:
            shot = _Sent({**labels, "drill": secrets.token_hex(3)}, datetime.now(UTC))
            sent.append(shot)
            found = whole.fire(shot)
            fates += found
            # What failed is not tried again. What was delivered ends last: its end is no other's message.
            if any(fate.failed for fate in found):
                whole.end([shot], found)
            else:
                lasting += found
    finally:
        whole.end(sent, lasting)
    return _conclude(fates, running, log_of(client, loaded), stdout)


class _Running:
    """What the Alertmanager that runs would do, whatever the spec says."""

    def __init__(self, client: Alertmanager) -> None:
        self.client = client
        status = client.status()
        self.version = str(status["versionInfo"]["version"])
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        config = yaml.load(status["config"]["original"], Loader=loader)  # noqa: S506  # the safe one, written in C
        self.receivers: dict[str, dict[str, int]] = {}
        self.ends: dict[tuple[str, str], int] = {}
        """How many of an integration of a receiver tell the end, too."""
        for receiver in config["receivers"]:
            ways = {key.removesuffix("_configs"): way for key, way in receiver.items() if key.endswith("_configs")}
            name = receiver["name"]
            self.receivers[name] = {kind: len(way) for kind, way in ways.items()}
            self.ends |= {(name, kind): sum(bool(w.get("send_resolved")) for w in way) for kind, way in ways.items()}
        self.by_receiver = self.counters().by_receiver

    def counters(self) -> Counters:
        """Its counts of now."""
        return Counters.parse(self.client.metrics())


@dataclass(frozen=True, slots=True)
class _Drill:
    """One run."""

    wish: Wish
    spec: Spec
    running: _Running
    stdout: TextIO
    stderr: TextIO

    def fire(self, shot: _Sent) -> list[Fate]:
        """Send one alert, wait for its messages, and print what became of them."""
        tellings = _tellings(self.spec, shot.labels)
        _require(shot.labels, tellings, self.running)
        wait = (self.wish.wait or _patience(tellings)).seconds
        before = self.running.counters()
        began = time.monotonic()
        self.running.client.send([_alert(shot, shot.began + timedelta(seconds=wait) + _LASTS)])
        alert = _appeared(shot, self.running.client)
        parts = _parts(alert, tellings, self.running)
        if (names := {part.receiver for part in parts}) and not names <= tellings.keys():
            print(
                "warning: Alertmanager runs another configuration than this spec's; `watchspec up` loads it",
                file=self.stderr,
            )
        fates = _settled(parts, before, self.running, began, wait)
        for line in _lines(shot, fates, tellings, self.spec, wait):
            print(line, file=self.stdout, flush=True)
        return fates

    def end(self, shots: Sequence[_Sent], fates: Sequence[Fate]) -> None:
        """End alerts; where messages are counted together, see their ends out: another drill would count them."""
        lasting = [shot for shot in shots if not shot.ended]
        before = Counters({}) if self.running.by_receiver or not fates else self.running.counters()
        for shot in lasting:
            self.running.client.send([_alert(shot, datetime.now(UTC))])
            shot.ended = True
        ending: dict[str, int] = {}
        for part in (fate.part for fate in fates if fate.delivered and fate.part.receiver.startswith("channel/")):
            told = self.running.ends[part.receiver, part.integration]
            ending[part.integration] = ending.get(part.integration, 0) + told
        deadline = time.monotonic() + _APPEARS
        while not self.running.by_receiver and time.monotonic() < deadline:
            now = self.running.counters()
            if all(now.of(kind, "").since(before.of(kind, "")).delivered >= n for kind, n in ending.items()):
                return
            time.sleep(_TICK)


def _tellings(spec: Spec, labels: Mapping[str, str]) -> dict[str, "Telling"]:
    """What the spec wants done with the alert now, by receiver."""
    from generator.delivery.plan import delivery  # noqa: PLC0415
    from generator.delivery.verdict import verdict  # noqa: PLC0415

    found = verdict(delivery(spec), labels, moment=datetime.now(UTC))
    return {telling.receiver.name: telling for telling in found.tellings}


def _require(labels: Mapping[str, str], tellings: Mapping[str, "Telling"], running: _Running) -> None:
    lacking = [name for name in tellings if name not in running.receivers]
    if lacking and "channel" in labels:
        raise EnvironmentFailure(
            f"Alertmanager at {running.client.url} does not know channel {labels['channel']}: it runs another"
            " configuration than this spec's; `watchspec up` loads it"
        )


def _patience(tellings: Mapping[str, "Telling"]) -> Duration:
    """As long as a first message may wait for others, or news for the tick of its group, and a minute more."""
    timings = [telling.route.timing for telling in tellings.values() if not telling.escalates]
    longest = max((timing.wait.milliseconds + timing.interval.milliseconds for timing in timings), default=0)
    return Duration(_WAIT.milliseconds + longest)


def _alert(shot: _Sent, ends: datetime) -> Mapping[str, object]:
    where = f"channel {shot.labels['channel']}" if "channel" in shot.labels else f"severity {shot.labels['severity']}"
    return {
        "labels": dict(shot.labels),
        "annotations": {
            "summary": "This is a drill: nothing is wrong, and there is nothing to do",
            "description": f"{author()} tries with `watchspec drill` whether {where} delivers.",
        },
        "startsAt": shot.began.isoformat(),
        "endsAt": ends.isoformat(),
    }


def _appeared(shot: _Sent, client: Alertmanager) -> Mapping[str, Any]:
    """The alert as Alertmanager has it, with its receivers and what mutes it."""
    deadline = time.monotonic() + _APPEARS
    while True:
        if found := client.alerts([Matcher("drill", shot.labels["drill"])]):
            return found[0]
        if time.monotonic() > deadline:
            raise EnvironmentFailure(f"Alertmanager at {client.url} took the alert, but does not show it; see its log")
        time.sleep(_TICK)


def _parts(alert: Mapping[str, Any], tellings: Mapping[str, "Telling"], running: _Running) -> list[Part]:
    held = _muted(alert, running.client)
    found = [
        Part(name, integration, count, held or (_held(tellings[name]) if name in tellings else ""))
        for name in [receiver["name"] for receiver in alert["receivers"]]
        for integration, count in running.receivers.get(name, {}).items()
    ]
    found.sort(key=lambda part: bool(part.held))
    if running.by_receiver:
        return found
    # They are counted together: delivered is what all of them are.
    sums = {part.integration: 0 for part in found}
    for part in found:
        sums[part.integration] += 0 if part.held else part.count
    return [part if part.held else replace(part, count=sums[part.integration]) for part in found]


def _muted(alert: Mapping[str, Any], client: Alertmanager) -> str:
    """What keeps it from everybody."""
    status = alert["status"]
    if status["silencedBy"]:
        return f"silenced by {', '.join(identity[:8] for identity in status['silencedBy'])}"
    if status["inhibitedBy"]:
        names = [other["labels"] for other in client.alerts() if other["fingerprint"] in status["inhibitedBy"]]
        said = [f"{labels['alertname']} of {labels.get('target', labels.get('stack', '?'))}" for labels in names]
        return f"muted by {', '.join(said) or 'another alert'}, which fires"
    return ""


def _held(telling: "Telling") -> str:
    """Why the spec does not want it sent by this route now."""
    if telling.closed:
        return "outside of its hours"
    if telling.muted:
        return ", ".join(interval.name.replace("/", " ", 1) for interval in telling.muted)
    return f"told after {telling.route.timing.wait} if nobody silences it, not tried here" if telling.escalates else ""


def _settled(parts: Sequence[Part], before: Counters, running: _Running, began: float, wait: float) -> list[Fate]:
    """What became of `parts`, once that is clear, or at the end of the wait."""
    seen: dict[Part, Fate] = {}
    while True:
        now = running.counters()
        passed = time.monotonic() - began
        fresh = {part: Fate(part, _since(part, now, before, running), passed) for part in parts}
        # An attempt and its failure are counted one after the other: only what two looks agree on is so.
        same = {part: seen[part] for part, fate in fresh.items() if part in seen and seen[part].count == fate.count}
        if len(same) == len(parts) and (all(fate.settled for fate in same.values()) or passed > wait):
            return list(same.values())
        seen = fresh | same
        time.sleep(_TICK)


def _since(part: Part, now: Counters, before: Counters, running: _Running) -> Count:
    if part.held and not running.by_receiver:
        return Count()
    return now.of(part.integration, part.receiver).since(before.of(part.integration, part.receiver))


def _lines(
    shot: _Sent, fates: Sequence[Fate], tellings: Mapping[str, "Telling"], spec: Spec, wait: float
) -> Iterator[str]:
    if not fates:
        yield "nobody is told: no channel is on this way"
    if "channel" in shot.labels:
        width = max(map(len, spec.channels))
        for fate in fates:
            yield f"  {shot.labels['channel']:<{width}}  {fate.part.integration:<9}  {_fate(fate, wait)}"
        return
    for receiver in dict.fromkeys(fate.part.receiver for fate in fates):
        telling = tellings.get(receiver)
        yield f"{', '.join(telling.receiver.channels)}: {telling.route.because}" if telling else f"{receiver}:"
        yield from (
            f"  {fate.part.integration:<9}  {_fate(fate, wait)}" for fate in fates if fate.part.receiver == receiver
        )


def _fate(fate: Fate, wait: float) -> str:
    several = f" {fate.part.count} messages" if fate.part.count > 1 else ""
    if fate.part.held and not fate.delivered:
        return f"not sent: {fate.part.held}"
    if fate.delivered:
        return f"delivered{several} in {fate.seconds:.1f} s"
    if not fate.failed:
        return f"NOT SENT within {wait:g} s"
    of = f"{fate.count.delivered} of {fate.part.count} delivered, " if fate.count.delivered else ""
    tries = f"{fate.count.refused} attempt{'s' if fate.count.refused != 1 else ''}"
    if not fate.count.given_up:
        return f"FAILED so far: {of}{tries} in {fate.seconds:.1f} s, and Alertmanager still tries"
    reasons = [f"{_REASONS.get(reason, reason)} ({reason})" for reason in fate.count.given_up if reason]
    return f"FAILED: {of}{tries} in {fate.seconds:.1f} s{'; ' if reasons else ''}{', '.join(reasons)}"


def _conclude(fates: Sequence[Fate], running: _Running, log: str, stdout: TextIO) -> int:
    wrong = [fate for fate in fates if not fate.delivered and not fate.part.held]
    if any(fate.delivered for fate in fates) and not running.by_receiver:
        print(
            "note: this Alertmanager does not count by receiver, so other messages of the same kind at the same time"
            " count too;\n      a newer one does with --enable-feature=receiver-name-in-metrics",
            file=stdout,
        )
    if any(fate.failed for fate in fates):
        print(f"why, in full: {log}", file=stdout)
    return 1 if wrong or not any(fate.delivered for fate in fates) else 0
