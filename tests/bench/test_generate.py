"""The specs that `generate` is measured with."""

from pathlib import Path

from bench.generate import services
from watchspec.load import load


def test_a_spec_of_many_services_is_right(tmp_path: Path) -> None:
    """It has as many as it says, and no mistake."""
    path = tmp_path / "monitoring.yml"
    path.write_text(services(25))

    loaded = load(path)

    assert len(loaded.spec.services) == 25
    assert loaded.spec.services[24].slo is not None
