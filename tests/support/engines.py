"""The stack on a real Docker engine, as far as this machine has its images: beside any other stack, on free ports."""

from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.support.containers import engine_has
from watchspec.stack.machine import free_port
from watchspec.stack.plan import COMPOSE_FILE

SERVICES: Final = ("secrets", "exporter", "prometheus", "alertmanager")
"""Grafana has no stand-in where no registry can be reached."""
_BASE: Final = "python:3.11-slim"
"""What our own image is built upon."""


def compose_file(root: Path, folder: Path, name: str) -> str:
    """Put the project's compose file into `folder`, for a project `name`; the test is skipped without an engine.

    Our own image is built from the tree at `root`, under a name of its own, which is returned.
    """
    found = yaml.safe_load((root / COMPOSE_FILE).read_text())
    services = {service: found["services"][service] for service in SERVICES}
    image = f"watchspec-exporter:{name}"
    for service in services.values():
        if "build" in service:
            service["build"]["context"], service["image"] = str(root), image
        inner = [port.rpartition(":")[2] for port in service.get("ports", ())]
        service["ports"] = [f"127.0.0.1:{free_port()}:{port}" for port in inner]
        needed = _BASE if "build" in service else service["image"]
        if not engine_has(needed):
            pytest.skip(f"no Docker engine here has, or can pull, {needed}")
    (folder / COMPOSE_FILE).write_text(yaml.safe_dump({**found, "services": services}))
    return image
