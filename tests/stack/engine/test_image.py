"""The exporter's image holds what `serve` needs, and no more."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.composed import BASE, Project, inspect


@pytest.fixture(scope="module")
def image(stack: Project) -> str:
    """The image that the stack's exporter runs."""
    found: str = stack.containers()["exporter"]["Config"]["Image"]
    return found


def _run(image: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["docker", "run", "--rm", "--network=none", f"--entrypoint={words[0]}", image, *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_it_has_the_exporter_and_no_generator(image: str) -> None:
    """Nor what the generator needs, nor tests, nor who could install more."""
    packages = _run(image, "sh", "-c", "ls /app/lib/python3*/site-packages").stdout.split()
    assert {"exporter", "watchspec", "cheroot", "psycopg", "pydantic", "bcrypt"} <= {*packages}
    unwanted = {"generator", "jinja2", "grafana_foundation_sdk", "pip", "setuptools", "pytest", "redis", "tests"}
    assert unwanted & {*packages} == set()
    assert _run(image, "/app/bin/python", "-m", "pip", "--version").returncode != 0


def test_it_serves_and_says_so_of_what_it_cannot(image: str) -> None:
    """`serve` is what it is for; the spec's mistakes are told as everywhere."""
    assert "watchspec serve" in _run(image, "watchspec", "serve", "--help").stdout
    missing = _run(image, "watchspec", "serve", "/none.yml")
    assert missing.returncode != 0
    assert "Traceback" not in missing.stderr
    assert "/none.yml" in missing.stderr


def test_its_user_is_not_root_even_without_the_compose_file(image: str) -> None:
    """And owns none of the programs."""
    assert _run(image, "id", "-u").stdout == "10001\n"
    assert _run(image, "sh", "-c", "find /app -writable ! -type l | head").stdout == ""


def test_it_adds_to_pythons_image_what_the_page_of_costs_says(image: str, root: Path) -> None:
    """The layers above those of the base, in MB; other processors' packages differ a little."""
    sizes = {name: inspect("image", name)[0]["Size"] for name in (image, BASE)}
    said = re.search(r"image is (\d+) MB on top of `(.+?)`", (root / "docs/costs.md").read_text())
    assert said is not None
    assert said[2] == BASE
    assert (sizes[image] - sizes[BASE]) / 1e6 == pytest.approx(int(said[1]), abs=4)
