"""Without the demo: the stack watches what a user's spec names, on the network of the user's own compose project."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.support import composed
from tests.support.composed import CORE, Project, until
from watchspec.cli import main

SERVICES = """
services:
  cache:
    image: redis:7.4
    command: [redis-server, --requirepass, "{password}", --save, ""]
  api:
    image: {demo}
    command: [service.py, --host, 0.0.0.0, --port, "8000"]
"""
SPEC = """
version: 1
name: mine
services:
  - name: api
    url: http://api:8000
    health: /health
    metrics: /metrics
    instrumentation: {requests: http_requests_total, duration: http_request_duration_seconds, status: status}
redis:
  - {name: cache, url: "redis://cache:6379", password: {env: CACHE_PASSWORD}}
jobs: [{name: backup, heartbeat: {env: BACKUP_TOKEN}, every: 24h}]
prometheus: {scrape_interval: 5s}
"""
GIVEN = {"CACHE_PASSWORD": secrets.token_urlsafe(24), "BACKUP_TOKEN": secrets.token_urlsafe(24)}
"""What the spec takes from the environment."""


@pytest.fixture(scope="module")
def stack(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The core of the stack, and what it watches, in a project with a network of its own."""
    composed.need(root, *CORE, "redis")
    folder, mine = tmp_path_factory.mktemp("clone"), tmp_path_factory.mktemp("mine")
    composed.fresh(root, folder)
    (folder / "monitoring.yml").write_text(SPEC)
    assert main(["generate", str(folder / "monitoring.yml")], sys.stdout, sys.stderr) == 0
    (folder / "secrets" / "env").mkdir(parents=True)
    for variable, secret in GIVEN.items():
        (folder / "secrets" / "env" / variable).write_text(secret + "\n")
    name = mine.parent.name + mine.name
    given = {"WATCHSPEC_NETWORK": f"{name}_default", "WATCHSPEC_NETWORK_EXTERNAL": "true"}
    with ExitStack() as after:
        mine_project = Project(mine, name, {}, ("compose.yml",))
        after.callback(mine_project.compose, "down", "--volumes", "--timeout", "5")
        found = after.enter_context(composed.project(folder, variables=given))
        (mine / "compose.yml").write_text(SERVICES.format(demo=found.image("demo"), password=GIVEN["CACHE_PASSWORD"]))
        mine_project.up()
        found.up(*CORE)
        after.callback(
            mine_project.compose, "rm", "--stop", "--force"
        )  # before the image of the demo; the network last
        yield found


def test_nothing_of_the_demo_runs(stack: Project) -> None:
    """Its profile is off."""
    assert stack.containers().keys() == {*CORE, "secrets"}


def test_what_the_spec_names_is_reached_by_its_name(stack: Project) -> None:
    """The service is scraped and probed, the Redis read with a password that the spec takes from the environment."""
    until(lambda: stack.query('up{target="api"}') == {"api": 1}, "the service scraped")
    until(lambda: stack.query("probe_success") == {"api": 1}, "the service probed")
    until(lambda: stack.query("redis_up") == {"cache": 1}, "the Redis")
    until(lambda: stack.query("target:up:max == 1").keys() >= {"api", "cache"}, "the rules of both")


def test_a_heartbeat_outlives_the_exporter(stack: Project) -> None:
    """A job that succeeded is not forgotten when the container is made anew."""
    address = f"http://127.0.0.1:{stack.ports['exporter']}/heartbeat/backup"
    login = {"Authorization": f"Bearer {GIVEN['BACKUP_TOKEN']}"}
    with urlopen(Request(address, method="POST", headers=login), timeout=10) as answer:
        assert answer.status == 204
    beat = _beat(stack)
    stack.compose("up", "-d", "--wait", "--pull", "never", "--force-recreate", "--no-deps", "exporter")
    assert _beat(stack) == beat


def _beat(stack: Project) -> str:
    """The line of the job's last success."""
    name = "watchspec_job_last_success_timestamp_seconds{"
    [line] = [line for line in stack.get("exporter", "/metrics").splitlines() if line.startswith(name)]
    return line


def test_secrets_are_files_and_in_no_environment(stack: Project) -> None:
    """Neither of the exporter nor of who brought them."""
    for variable, secret in GIVEN.items():
        assert [name for name, found in stack.containers().items() if secret in str(found)] == []
        said = stack.compose("exec", "-T", "exporter", "cat", f"/etc/watchspec/secrets/env/{variable}")
        assert said == secret
