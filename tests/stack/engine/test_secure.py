"""`secure: true`: the parts talk over TLS and ask each other for a password; whoever has neither learns nothing."""

import dataclasses
import json
import ssl
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPSConnection, RemoteDisconnected
from pathlib import Path

import pytest

from tests.support import composed
from tests.support.certificates import authority
from tests.support.chaos import TWINS
from tests.support.composed import CORE, Project, until
from watchspec.cli import main
from watchspec.stack.access import PARTS, USER
from watchspec.stack.compose import PAIR

SPEC = """
version: 1
name: safe
secure: {secure}
hosts: [{{name: box}}]
prometheus: {{scrape_interval: 5s, replicas: {replicas}}}
"""


@pytest.fixture(scope="module")
def stack(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The core of a stack that was open and then became secure, as `watchspec up` makes it so; it is healthy again."""
    composed.need(root, *CORE)
    folder = tmp_path_factory.mktemp("clone")
    composed.fresh(root, folder)
    with composed.project(folder) as found:
        _up(found, "false")
        yield _up(found, "true")


@pytest.fixture(scope="module")
def pair(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Two of each, secure from the start."""
    composed.need(root, *CORE)
    folder = tmp_path_factory.mktemp("clone")
    composed.fresh(root, folder)
    with composed.project(folder, PAIR[1]) as found:
        yield _up(found, "true", replicas=2)


def _up(stack: Project, secure: str, replicas: int = 1) -> Project:
    spec = stack.folder / "monitoring.yml"
    spec.write_text(SPEC.format(secure=secure, replicas=replicas))
    assert main(["generate", str(spec)], sys.stdout, sys.stderr) == 0
    changed = dataclasses.replace(stack, variables={**stack.variables, "WATCHSPEC_SECURE": secure})
    changed.up(*CORE, *(TWINS if replicas == 2 else ()))
    return changed


def login(stack: Project) -> str:
    """The stack's own password, as its owner may read it."""
    return (stack.folder / "secrets/tls/password").read_text().strip()


def trust(stack: Project) -> Path:
    """The stack's own authority."""
    return stack.folder / "secrets/tls/ca.pem"


def ask(stack: Project, part: str, path: str, password: str | None, trusted: Path) -> tuple[int, str]:
    """Status and body of a page over TLS."""
    context = ssl.create_default_context(cafile=str(trusted))
    headers = {"Authorization": f"Basic {b64encode(f'{USER}:{password}'.encode()).decode()}"} if password else {}
    with closing(HTTPSConnection("localhost", stack.ports[part], timeout=10, context=context)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def page(stack: Project, part: str, path: str) -> str:
    """What a part shows who has the password."""
    status, body = ask(stack, part, path, login(stack), trust(stack))
    assert status == 200, body
    return body


def api(stack: Project, name: str, key: str, part: str = "prometheus") -> list[dict[str, str]]:
    """Prometheus's targets or Alertmanagers."""
    return list(json.loads(page(stack, part, f"/api/v1/{name}"))["data"][key])


def test_prometheus_scrapes_every_part_over_tls(stack: Project) -> None:
    """With the password: a part that asks for it is up."""
    until(lambda: {target["health"] for target in api(stack, "targets", "activeTargets")} == {"up"}, "all up")
    targets = api(stack, "targets", "activeTargets")
    assert {target["scrapeUrl"].partition(":")[0] for target in targets} == {"https"}
    assert len(targets) == len(CORE)


def test_alerts_reach_alertmanager_over_tls(stack: Project) -> None:
    """The watchdog arrives."""
    assert [one["url"][:26] for one in api(stack, "alertmanagers", "activeAlertmanagers")] == [
        "https://alertmanager:9093/"
    ]
    heard = "/api/v2/alerts?filter=alertname%3D%22Watchdog%22"
    until(lambda: json.loads(page(stack, "alertmanager", heard)) != [], "the watchdog at Alertmanager", 120)


@pytest.mark.parametrize("part", CORE)
def test_plain_http_is_refused(stack: Project, part: str) -> None:
    """Nothing is said in the clear; the connection ends, or the answer is that it is the wrong way."""
    with closing(HTTPConnection("localhost", stack.ports[part], timeout=10)) as connection:
        connection.request("GET", "/metrics")
        with suppress(RemoteDisconnected, ConnectionResetError):
            assert connection.getresponse().status == 400


@pytest.mark.parametrize("part", CORE)
@pytest.mark.parametrize("password", [None, "wrong"])
def test_whoever_has_no_password_is_refused(stack: Project, part: str, password: str | None) -> None:
    """Every page, that of readiness too."""
    for path in ("/metrics", "/-/ready"):
        assert ask(stack, part, path, password, trust(stack))[0] == 401


@pytest.mark.parametrize("part", CORE)
def test_who_trusts_another_authority_gets_no_connection(stack: Project, part: str, tmp_path: Path) -> None:
    """Nobody can stand between the parts with a certificate of their own."""
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(stack, part, "/metrics", None, authority(tmp_path).certificate)


def test_a_part_shows_prometheus_the_right_certificate_only(stack: Project) -> None:
    """The name counts: the exporter's is not taken for Alertmanager's."""
    check = "promtool check ready --http.config.file=/etc/watchspec/secrets/tls/client.yml --url=https://"
    stack.compose("exec", "-T", "prometheus", "sh", "-c", f"{check}prometheus:9090")
    said = stack.compose("exec", "-T", "prometheus", "sh", "-c", f"{check}exporter:9877 2>&1; true")
    assert "x509" not in said
    address = stack.compose("exec", "-T", "prometheus", "sh", "-c", "getent hosts exporter").split()[0]
    said = stack.compose("exec", "-T", "prometheus", "sh", "-c", f"{check}{address}:9877 2>&1; true")
    assert "x509" in said


def test_each_key_is_its_parts_alone(stack: Project) -> None:
    """And the authority's is in no container."""
    for part in CORE:
        said = stack.compose(
            "exec", "-T", part, "sh", "-c", "cd /etc/watchspec/secrets/tls && ls -ln && cat ca.key; true"
        )
        rows = [line.split() for line in said.splitlines() if line.startswith("-")]
        owners = {row[-1]: (row[0], int(row[2])) for row in rows}
        assert {name: owners[f"{name}.key"] for name in PARTS} == {
            name: ("-r--------", number) for name, number in PARTS.items()
        }
        assert "ca.key" not in owners
    folder = stack.folder / "secrets/tls"
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(
        ["ca.key", "ca.pem", "password"], 0o600
    )


def test_the_password_is_shown_nowhere(stack: Project) -> None:
    """Not by the engine, not in a generated file, not in Prometheus's own view of its configuration."""
    password = login(stack)
    assert [name for name, found in stack.containers().items() if password in str(found)] == []
    written = [*stack.folder.glob("prometheus/*"), *stack.folder.glob("grafana/provisioning/*/*")]
    assert len(written) == 3
    assert [path for path in written if password in path.read_text()] == []
    assert password not in page(stack, "prometheus", "/api/v1/status/config")


def test_each_of_a_pair_reaches_both_over_tls(pair: Project) -> None:
    """Its certificate is for the name of the second, too."""
    for part in ("prometheus", "prometheus-2"):

        def targets(part: str = part) -> list[dict[str, str]]:
            return api(pair, "targets", "activeTargets", part)

        until(lambda targets=targets: {one["health"] for one in targets()} == {"up"}, f"all up, for {part}")  # type: ignore[misc]
        assert {one["scrapeUrl"].partition(":")[0] for one in targets()} == {"https"}
        assert len(targets()) == len(CORE) + len(TWINS)
        told = {one["url"] for one in api(pair, "alertmanagers", "activeAlertmanagers", part)}
        assert told == {f"https://{name}:9093/api/v2/alerts" for name in ("alertmanager", "alertmanager-2")}
