"""`docker-compose.monitoring.yml`: valid, and of one mind with the generator, the bundled spec and the native stack."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.layout import COMPOSE
from watchspec.load import load
from watchspec.stack import native, ports, secrets
from watchspec.stack.machine import COMPOSE_FILE


@pytest.fixture(scope="session")
def stack(root: Path) -> dict[str, Any]:
    """The compose file as data."""
    found: dict[str, Any] = yaml.safe_load((root / COMPOSE_FILE).read_text())
    return found


def test_compose_itself_accepts_the_file(root: Path) -> None:
    """With every profile on."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker compose on this machine; the other tests of this file read the file themselves")
    command = [docker, "compose", "-f", str(root / COMPOSE_FILE), "--profile", "demo", "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("address", [COMPOSE.exporter, COMPOSE.prometheus, COMPOSE.alertmanager])
def test_generated_files_look_for_each_part_where_it_is(stack: dict[str, Any], address: str) -> None:
    """The layout's host names are services, its ports the ones that they publish."""
    name, port = address.split(":")
    assert stack["services"][name]["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_every_published_port_is_on_loopback_and_the_native_stacks(stack: dict[str, Any]) -> None:
    """The same addresses, whichever way the stack runs; Grafana is in containers only."""
    published = {port for service in stack["services"].values() for port in service.get("ports", ())}
    native = {port for name, port in ports.DEFAULTS.items() if name != "smtp"}
    assert published == {f"127.0.0.1:{port}:{port}" for port in (*native, 3000)}


def test_the_bundled_spec_names_services_of_the_demo(stack: dict[str, Any], root: Path) -> None:
    """Each target of the spec is something that runs, in the profile `demo`."""
    spec = load(root / "monitoring.yml").spec
    assert spec.smtp is not None
    urls = [spec.redis[0].url, spec.postgres[0].url, spec.services[0].url[0]]
    hosts = {url.split("//")[1].split("@")[-1].split(":")[0] for url in urls} | {spec.smtp.host.split(":")[0]}
    assert hosts == {name for name, service in stack["services"].items() if service.get("profiles") == ["demo"]}


def test_alertmanager_remembers_what_it_told_as_in_the_native_stack(stack: dict[str, Any]) -> None:
    """Written down as often; and after a start it waits until Prometheus has said again all that fires."""
    command = stack["services"]["alertmanager"]["command"]
    assert f"--data.maintenance-interval={native.SNAPSHOTS}" in command
    resend = "1m"  # Prometheus's own default of --rules.alert.resend-delay
    assert f"--dispatch.start-delay={resend}" in command
    assert not any("resend-delay" in word for word in stack["services"]["prometheus"]["command"])


def test_secrets_and_rules_are_mounted_where_the_files_point(stack: dict[str, Any]) -> None:
    """Alertmanager and the exporter find secret files below the layout's folder, Prometheus its rules."""
    for name in ("exporter", "alertmanager", "prometheus"):
        assert f"secrets:{COMPOSE.files}/secrets:ro" in stack["services"][name]["volumes"]
    assert f"{COMPOSE.files}/secrets/{secrets.ENVIRONMENT}" == COMPOSE.env
    assert f"./rules:{COMPOSE.rules.removesuffix('/*.yml')}:ro" in stack["services"]["prometheus"]["volumes"]


def test_every_part_has_a_health_check_and_gains_no_privileges(stack: dict[str, Any]) -> None:
    """`up --wait` means that all of it works."""
    for name, service in stack["services"].items():
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert name == "secrets" or service["healthcheck"]["test"], name


def test_images_are_pinned_in_one_place(stack: dict[str, Any]) -> None:
    """No `latest`, and no tag outside the list at the top."""
    listed = set(stack["x-images"].values())
    used = {service["image"] for service in stack["services"].values() if "build" not in service}
    assert used == listed
    assert all(tag and tag != "latest" for tag in (image.partition(":")[2] for image in listed))


def test_the_defaults_are_what_the_bundled_spec_says(stack: dict[str, Any], root: Path) -> None:
    """`docker compose up` alone keeps data as long as `watchspec up` would."""
    retention = load(root / "monitoring.yml").spec.prometheus.retention
    assert (
        f"--storage.tsdb.retention.time=${{WATCHSPEC_RETENTION:-{retention}}}"
        in stack["services"]["prometheus"]["command"]
    )


def test_images_hold_only_what_their_programs_need(root: Path) -> None:
    """The generator's dependencies stay out of the exporter's image."""
    locked = {
        line.split("==")[0] for line in (root / "exporter/requirements.lock").read_text().splitlines() if "==" in line
    }
    assert {"cheroot", "psycopg", "pydantic"} <= locked
    assert not {"grafana-foundation-sdk", "jinja2", "pytest", "redis"} & locked
