"""Command lines for Docker Compose."""

import io
import sys
from pathlib import Path

import pytest

from watchspec.errors import EnvironmentFailure
from watchspec.spec import Spec
from watchspec.stack import compose


def test_the_demo_is_a_profile(tmp_path: Path) -> None:
    """Without it, nothing of the demo runs."""
    file = str(tmp_path / "docker-compose.monitoring.yml")
    assert compose.command(tmp_path, "up", demo=False) == ["docker", "compose", "-f", file, "up"]
    assert compose.command(tmp_path, "up", demo=True) == ["docker", "compose", "-f", file, "--profile", "demo", "up"]


def test_a_pair_is_run_where_one_is_generated(tmp_path: Path) -> None:
    """By the file that stands beside the other."""
    for part in compose.PAIR:
        (tmp_path / part).parent.mkdir(exist_ok=True)
        (tmp_path / part).touch()
    words = compose.command(tmp_path, "up", demo=False)
    files = ["docker-compose.monitoring.yml", "docker-compose.replicas.yml"]
    assert words == ["docker", "compose", *(word for name in files for word in ("-f", str(tmp_path / name))), "up"]


@pytest.mark.parametrize(
    ("prometheus", "time", "size"),
    [({}, "45d", "0B"), ({"retention": "30d", "retention_size": "10GB"}, "30d", "10GB")],
)
def test_what_the_spec_says_of_retention_reaches_prometheus(
    tmp_path: Path, prometheus: dict[str, str], time: str, size: str
) -> None:
    """The compose file takes it from variables."""
    spec = Spec.model_validate({"version": 1, "name": "demo", "prometheus": prometheus})
    assert compose.variables(spec, tmp_path / "monitoring.yml") == {
        "WATCHSPEC_SPEC": str(tmp_path / "monitoring.yml"),
        "WATCHSPEC_RETENTION": time,
        "WATCHSPEC_RETENTION_SIZE": size,
        "WATCHSPEC_SECURE": "false",
    }


def test_a_stack_that_becomes_secure_begins_anew(tmp_path: Path) -> None:
    """The variable is in a label of every container: one that changed is made again."""
    spec = Spec.model_validate({"version": 1, "name": "demo", "secure": True})
    assert compose.variables(spec, tmp_path / "monitoring.yml")["WATCHSPEC_SECURE"] == "true"


def test_a_failure_is_one_line_with_the_last_complaint() -> None:
    """The progress before it went to standard error."""
    progress = io.StringIO()
    words = (sys.executable, "-c", "import os, sys; print(os.environ['X']); sys.exit('no such image')")
    with pytest.raises(EnvironmentFailure, match="docker compose failed: no such image"):
        compose.run(words, {"X": "pulling"}, progress)
    assert "pulling\n" in progress.getvalue()
