"""`docker-compose.monitoring.yml`: valid, and of one mind with the generator, the bundled spec and the native stack."""

import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from generator.layout import COMPOSE
from watchspec.load import load
from watchspec.stack import native, ports, secrets
from watchspec.stack.plan import COMPOSE_FILE


@pytest.fixture(scope="session")
def stack(root: Path) -> dict[str, Any]:
    """The compose file as data."""
    found: dict[str, Any] = yaml.safe_load((root / COMPOSE_FILE).read_text())
    return found


@pytest.fixture(scope="session")
def parts(stack: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What goes on running: every service but the one that makes the secrets and ends."""
    return {name: service for name, service in stack["services"].items() if name != "secrets"}


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


def test_every_part_has_a_health_check(parts: dict[str, dict[str, Any]]) -> None:
    """`up --wait` means that all of it works."""
    assert {name for name, service in parts.items() if not service.get("healthcheck", {}).get("test")} == set()


def test_no_container_can_do_more_than_it_must(stack: dict[str, Any], parts: dict[str, dict[str, Any]]) -> None:
    """`tests/stack/engine/test_hardening.py` asks an engine the same."""
    for name, service in stack["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["pids_limit"] <= 256, name
        assert service["cpus"] <= 1, name
        assert service["mem_limit"], name
        assert service["logging"] == {"driver": "local", "options": {"max-size": "10m", "max-file": "3"}}, name
        assert not any("docker.sock" in volume for volume in service.get("volumes", ())), name
    assert {name for name, service in parts.items() if "cap_add" in service} == set()
    assert {name for name, service in parts.items() if service["restart"] != "unless-stopped"} == set()
    assert {name for name, service in parts.items() if int(service["user"].split(":")[0]) == 0} == set()


def test_who_makes_the_secrets_has_no_network(stack: dict[str, Any]) -> None:
    """It is root, and the only one."""
    assert stack["services"]["secrets"]["network_mode"] == "none"


def test_only_what_publishes_a_port_has_a_way_out(stack: dict[str, Any], parts: dict[str, dict[str, Any]]) -> None:
    """The parts talk on a network that leads nowhere."""
    assert stack["networks"]["inner"] == {"internal": True}
    joined = {name: {*service["networks"]} for name, service in parts.items()}
    assert {name for name in joined if "outer" in joined[name]} == {name for name in parts if "ports" in parts[name]}
    assert {name for name in joined if "inner" in joined[name]} == {"prometheus", "alertmanager", "exporter", "grafana"}


def test_what_is_not_a_parts_own_data_is_mounted_read_only(parts: dict[str, dict[str, Any]]) -> None:
    """Configuration, rules, dashboards and secrets cannot be changed from inside."""
    written = {
        (name, volume.split(":")[0])
        for name, service in parts.items()
        for volume in service.get("volumes", ())
        if not volume.endswith((":ro", ":${WATCHSPEC_ROOT:-ro}"))
    }
    assert written == {(name, name) for name in ("exporter", "prometheus", "alertmanager", "grafana")}


def test_secrets_that_one_part_needs_are_given_to_its_user(parts: dict[str, dict[str, Any]]) -> None:
    """The numbers are those of the compose file, and who reads each one is named there."""
    users = {name: int(service["user"].split(":")[0]) for name, service in parts.items()}
    assert {"grafana_admin": users["grafana"], "postgres_superuser": users["postgres"]} == secrets.OWNERS
    for secret, owner in secrets.OWNERS.items():
        readers = [name for name, service in parts.items() if f"secrets/{secret}'" in str(service.get("environment"))]
        assert [users[name] for name in readers] == [owner]


def test_no_secret_goes_through_an_environment(stack: dict[str, Any]) -> None:
    """Whoever may ask the engine sees it; variables hold paths of files, and the spec's own are files too."""
    assert not any("env_file" in service for service in stack["services"].values())
    assert stack["services"]["exporter"]["environment"] == {"CREDENTIALS_DIRECTORY": COMPOSE.env}
    for service in stack["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith(f"{COMPOSE.files}/secrets/"), name


def test_grafana_finds_what_is_provisioned(parts: dict[str, dict[str, Any]], root: Path) -> None:
    """Folders are mounted where the files say, addresses are those of parts that it reaches."""
    grafana = parts["grafana"]
    mounted = dict(reversed(volume.split(":")[:2]) for volume in grafana["volumes"])
    provisioning = root / mounted["/etc/grafana/provisioning"]
    [provider] = yaml.safe_load((provisioning / "dashboards/watchspec.yml").read_text())["providers"]
    assert [*(root / mounted[provider["options"]["path"]]).glob("*.json")]
    sources = yaml.safe_load((provisioning / "datasources/watchspec.yml").read_text())["datasources"]
    assert [source["type"] for source in sources] == ["prometheus", "alertmanager"]
    for source in sources:
        address = urlsplit(source["url"])
        part = parts[str(address.hostname)]
        assert {*part["networks"]} & {*grafana["networks"]}
        assert part["ports"] == [f"127.0.0.1:{address.port}:{address.port}"]
    password = grafana["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"]
    assert Path(password).parent.as_posix() in mounted
    assert Path(password).name in secrets.RANDOM


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
