"""What `generator.delivery` says of an alert is what Alertmanager does with it: routes, inhibition, time.

`WATCHSPEC_EXAMPLES=200` tries so many configurations, others each time; without it a few are tried, always the same
ones. Each prints how much it compared: `pytest -s`.
"""

import json
import os
import re
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generator import alertmanager
from generator.delivery.plan import delivery
from generator.delivery.tree import Delivery, Labels, hold
from generator.delivery.verdict import verdict
from generator.layout import COMPOSE
from generator.promql import string
from tests.support import told
from tests.support.need import program
from tests.support.servers import Running, accepts, free_port, wait_until
from watchspec.spec import Spec

_LONG: Final = os.environ.get("WATCHSPEC_EXAMPLES")
_ALERTS: Final = 60
"""Alerts for each configuration that a running Alertmanager is given."""
_NOW: Final = datetime(2026, 7, 1, 12, tzinfo=UTC)
"""For the tests that ask no clock."""

profile = settings(
    max_examples=int(_LONG or 10),
    derandomize=_LONG is None,
    database=None,
    deadline=None,
    # Without shrinking: an example costs a server.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
Alerts = list[dict[str, str]]


@pytest.fixture(scope="module")
def count() -> Iterator[Callable[[str, int], None]]:
    """Count comparisons, and say at the end how many there were."""
    found: dict[str, int] = {}

    def add(what: str, number: int) -> None:
        found[what] = found.get(what, 0) + number

    yield add
    print("\nagreement:", ", ".join(f"{number} {what}" for what, number in found.items()))


@st.composite
def _cases(draw: st.DrawFn, most: int) -> tuple[Spec, Alerts]:
    spec = draw(told.specs(_NOW))
    return spec, draw(told.alerts_of(spec, most))


def _key(labels: Labels) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items()))


@profile
@given(case=_cases(20))
def test_an_alert_takes_the_routes_that_amtool_says(
    case: tuple[Spec, Alerts], count: Callable[[str, int], None]
) -> None:
    """Receivers in their order, in a configuration of any names."""
    spec, alerts = case
    found = delivery(spec)
    with TemporaryDirectory(prefix="watchspec-") as folder:
        path = Path(folder) / "alertmanager.yml"
        path.write_text(yaml.safe_dump(_config(spec), allow_unicode=True), encoding="utf-8")
        for labels in alerts:
            pairs = [f"{label}={string(value)}" for label, value in labels.items()]
            command = [program("amtool"), "config", "routes", "test", f"--config.file={path}", *pairs]
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            assert done.returncode == 0, done.stderr
            assert done.stdout.rstrip("\n") == ",".join(route.receiver for route in found.root.taken(labels)), labels
    count("routes by amtool", len(alerts))


@profile
@given(case=_cases(_ALERTS))
def test_alertmanager_mutes_an_alert_that_we_say_is_muted_and_by_what(
    case: tuple[Spec, Alerts], count: Callable[[str, int], None]
) -> None:
    """With all of them firing at once; its receivers agree, too."""
    spec, alerts = case
    found = delivery(spec)
    with _running(_with_sentinels(_config(spec))) as server:
        server.post(alerts)
        server.post([{"alertname": "sentinel", "sentinel": side} for side in ("source", "target")])
        wait_until(lambda: _settled(server.alerts()), "the inhibitor to have seen every alert")
        seen = {_key(alert["labels"]): alert for alert in server.alerts() if "sentinel" not in alert["labels"]}
    by_fingerprint = {alert["fingerprint"]: alert["labels"] for alert in seen.values()}
    assert set(seen) == {_key(alert) for alert in alerts}
    muted = 0
    for labels in alerts:
        alert, said = seen[_key(labels)], verdict(found, labels, alerts)
        assert [receiver["name"] for receiver in alert["receivers"]] == [t.receiver.name for t in said.tellings], labels
        sources = [by_fingerprint[fingerprint] for fingerprint in alert["status"]["inhibitedBy"]]
        assert bool(sources) == bool(said.mutings), (labels, sources, said.mutings)
        assert all(source in [muting.source for muting in said.mutings] for source in sources), (labels, sources)
        muted += bool(sources)
    count("inhibitions by Alertmanager", len(alerts))
    count("of them muted", muted)


def _settled(alerts: Sequence[Mapping[str, Any]]) -> bool:
    return any(alert["labels"].get("sentinel") == "target" and alert["status"]["inhibitedBy"] for alert in alerts)


@profile
@given(data=st.data())
def test_alertmanager_sends_in_the_minutes_in_which_we_say_it_does(
    data: st.DataObject, count: Callable[[str, int], None]
) -> None:
    """Hours and windows whose edges are near, in several time zones: what is sent arrives, the rest is said muted."""
    spec = data.draw(told.specs(datetime.now(UTC)))
    found = delivery(spec)
    shapes = data.draw(told.alerts_of(spec, _ALERTS))
    alerts = [{**labels, "alertname": f"alert{place}"} for place, labels in enumerate(shapes)]
    with _Hooks() as hooks, _running(_at_once(_config(spec), hooks.url)) as server:
        before = _sent(found, alerts, datetime.now(UTC))
        routes = sum(len(found.root.taken(labels)) for labels in alerts)
        server.post(alerts)
        wait_until(lambda: len(hooks.got) + server.muted() >= routes, f"{routes} groups to be flushed")
        after = _sent(found, alerts, datetime.now(UTC))
        names = [receiver.name for receiver in found.receivers]
        got, muted = {(names[place], alert) for place, alert in hooks.got}, server.muted()
    assert before & after <= got <= before | after
    if before == after:  # else a minute went by: the edge itself is not looked at
        assert (len(got), muted) == (len(before), routes - len(before))
    count("moments by Alertmanager", routes)
    count("of them not sent", muted)


def _sent(found: Delivery, alerts: Alerts, moment: datetime) -> set[tuple[str, str]]:
    """Receiver and alert of everything that is sent at `moment`, whoever is behind the receiver."""
    return {
        (telling.receiver.name, labels["alertname"])
        for labels in alerts
        for telling in verdict(found, labels, moment=moment).tellings
        if not telling.closed and not telling.muted
    }


@profile
@given(case=_cases(_ALERTS))
def test_no_alert_is_ever_source_and_target_of_one_inhibition(
    case: tuple[Spec, Alerts], count: Callable[[str, int], None]
) -> None:
    """Alertmanager keeps one source for each set of equal labels: such an alert would hide another."""
    spec, alerts = case
    both = [
        (inhibition.because, labels)
        for inhibition in delivery(spec).inhibitions
        for labels in alerts
        if hold((*inhibition.sources, *inhibition.targets), labels)
    ]
    assert both == []
    count("alerts on both sides sought", len(alerts))


def _config(spec: Spec) -> dict[str, Any]:
    """The configuration that is generated, with receivers that send nothing anywhere."""
    found: dict[str, Any] = yaml.safe_load(alertmanager.emit(spec, COMPOSE)["alertmanager/alertmanager.yml"])
    found["receivers"] = [{"name": receiver["name"]} for receiver in found["receivers"]]
    return {key: value for key, value in found.items() if key not in {"global", "templates"}}


def _with_sentinels(config: dict[str, Any]) -> dict[str, Any]:
    """With a pair of alerts that mute each other: posted last, they show that all before have been seen."""
    rule = {"source_matchers": ['sentinel="source"'], "target_matchers": ['sentinel="target"']}
    return {**config, "inhibit_rules": [*config["inhibit_rules"], rule]}


def _at_once(config: dict[str, Any], url: str) -> dict[str, Any]:
    """Without waits and without inhibition, to a webhook: what is left is the clock."""

    def hurried(route: dict[str, Any]) -> dict[str, Any]:
        timing = {"group_wait": "0s", "group_interval": "1h"}
        return {**route, **timing, "routes": [hurried(child) for child in route.get("routes", ())]}

    # Known by its place: in a message, Alertmanager writes a receiver's name as a regular expression.
    hooks = [
        {"name": receiver["name"], "webhook_configs": [{"url": f"{url}{place}"}]}
        for place, receiver in enumerate(config["receivers"])
    ]
    rest = {key: value for key, value in config.items() if key != "inhibit_rules"}
    return {**rest, "route": hurried(config["route"]), "receivers": hooks}


class _Alertmanager:
    """A running one, by its API and its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.url, self.log = f"http://127.0.0.1:{port}/api/v2", log

    def post(self, alerts: Sequence[Labels]) -> None:
        # Of an alert that began before its group's wait, a group would be flushed twice: it begins in a minute.
        begun = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
        body = json.dumps([{"labels": labels, "startsAt": begun} for labels in alerts]).encode()
        request = urllib.request.Request(f"{self.url}/alerts", body, {"Content-Type": "application/json"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            assert answer.status == 200

    def alerts(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/alerts", timeout=30) as answer:  # noqa: S310
            found: list[dict[str, Any]] = json.loads(answer.read())
        return found

    def muted(self) -> int:
        """How many groups were not sent because of the time."""
        return len(re.findall(r"Notifications not sent, route is", self.log.read_text(encoding="utf-8")))


@contextmanager
def _running(config: dict[str, Any]) -> Iterator[_Alertmanager]:
    with TemporaryDirectory(prefix="watchspec-") as name:
        folder, port = Path(name), free_port()
        (folder / "alertmanager.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        command = [
            program("alertmanager"), f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}",
            f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=debug",
        ]  # fmt: skip
        server = Running(port, command, folder / "log", lambda: accepts(port))
        try:
            server.start()
            yield _Alertmanager(port, folder / "log")
        finally:
            server.stop()


class _Hooks:
    """A webhook that remembers the place of the receiver and the name of each alert it is told of."""

    def __init__(self) -> None:
        got: list[tuple[int, str]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                got.extend((int(self.path[1:]), alert["labels"]["alertname"]) for alert in body["alerts"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 1024  # all at once: who finds no place tries again a second later

        self.got, self._server = got, Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._server.shutdown()
        self._server.server_close()
