"""`docker-compose.replicas.yml`: of one mind with the generator, and with the file that it stands beside."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.layout import COMPOSE
from watchspec.stack.plan import COMPOSE_FILE

FILE = "docker-compose.replicas.yml"
OWN = ("--config.file=", "--web.external-url=", "--cluster.")
"""Flags in which the parts of a pair may differ from what stands alone."""


class _Loader(yaml.SafeLoader):
    """Reads Compose's `!override` as what it stands before."""


def _override(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> list[object]:
    return loader.construct_sequence(node)


_Loader.add_constructor("!override", _override)


@pytest.fixture(scope="session")
def services(root: Path) -> dict[str, Any]:
    """What the file says of each part."""
    found: dict[str, Any] = yaml.load((root / FILE).read_text(), Loader=_Loader)["services"]  # noqa: S506  # a safe one
    return found


def test_compose_itself_accepts_both_files(root: Path) -> None:
    """The second parts have the image, the checks and the limits of the first, and ports of their own."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("no docker compose on this machine; the other tests of this file read the file themselves")
    command = [docker, "compose", "-f", str(root / COMPOSE_FILE), "-f", str(root / FILE), "config"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = yaml.safe_load(done.stdout)["services"]
    for name in ("prometheus", "alertmanager"):
        first, second = found[name], found[f"{name}-2"]
        assert {key for key in first if first[key] != second.get(key)} <= {"command", "ports", "volumes"}
        assert len(second["ports"]) == 1
        assert second["ports"][0]["published"] != first["ports"][0]["published"]
        assert len(second["volumes"]) == len(first["volumes"])


def test_commands_are_those_of_one_part_alone(root: Path, services: dict[str, Any]) -> None:
    """But for the configuration, the address and the cluster: a flag that is added there is added here."""
    alone = yaml.safe_load((root / COMPOSE_FILE).read_text())["services"]
    for name, service in services.items():
        assert _shared(service["command"]) == _shared(alone[name.removesuffix("-2")]["command"]), name


def test_the_parts_are_where_the_generated_files_look_for_them(services: dict[str, Any]) -> None:
    """Each Alertmanager knows both."""
    assert COMPOSE.twins is not None
    for address in (COMPOSE.twins.prometheus, COMPOSE.twins.alertmanager):
        name, port = address.split(":")
        assert services[name]["ports"][0].endswith(f":{port}")
    assert "--config.file=/etc/prometheus/config/prometheus-2.yml" in services["prometheus-2"]["command"]
    hosts = [address.split(":")[0] for address in (COMPOSE.alertmanager, COMPOSE.twins.alertmanager)]
    for host in hosts:
        assert [word for word in services[host]["command"] if word.startswith("--cluster.peer=")] == [
            f"--cluster.peer={peer}:9094" for peer in hosts
        ]


def _shared(command: list[str]) -> list[str]:
    return [word for word in command if not word.startswith(OWN)]
