"""The stack on a real Docker engine, as far as this machine has its images: beside any other stack, on free ports."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest
import yaml

from watchspec.stack.machine import COMPOSE_FILE, free_port

SERVICES: Final = ("secrets", "exporter", "prometheus", "alertmanager")
"""Grafana has no stand-in where no registry can be reached."""


def compose_file(root: Path, folder: Path) -> None:
    """Put the project's compose file into `folder`, with images that are there; without them the test is skipped."""
    found = yaml.safe_load((root / COMPOSE_FILE).read_text())
    services = {name: found["services"][name] for name in SERVICES}
    for service in services.values():
        service.pop("build", None)
        inner = [port.rpartition(":")[2] for port in service.get("ports", ())]
        service["ports"] = [f"127.0.0.1:{free_port()}:{port}" for port in inner]
        if not _is_there(service["image"]):
            pytest.skip(f"no Docker engine with the image {service['image']} answers")
    (folder / COMPOSE_FILE).write_text(yaml.safe_dump({**found, "services": services}))


def _is_there(image: str) -> bool:
    if shutil.which("docker") is None:
        return False
    command = ["docker", "image", "inspect", image]
    return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0
