"""A file becomes a frozen spec, or every problem at once."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from watchspec.errors import SpecInvalid, UsageError, WatchspecError
from watchspec.load import Loaded, load


def loaded(folder: Path, text: str) -> Loaded:
    """The spec `text`, from a file of `folder`."""
    path = folder / "monitoring.yml"
    path.write_text("version: 1\nname: shop\n" + text, encoding="utf-8")
    return load(path)


def test_a_spec_is_read_with_units_and_shorthands(tmp_path: Path) -> None:
    """What people write short arrives in full."""
    spec = loaded(
        tmp_path,
        """
services:
  - name: api
    url: http://api:8000
    instrumentation: fastapi
    slo: {availability: 99.9%, latency: {below: 300ms, for: 99%}}
    alerts:
      HighErrorRate: {warning: 1%, critical: {above: 5%, for: 1m}, route: /api}
      HighLatency: off
""",
    ).spec
    service = spec.services[0]

    assert service.url == ("http://api:8000",)
    assert service.instrumentation is not None
    assert service.instrumentation.preset == "fastapi"
    assert service.slo is not None
    assert service.slo.availability is not None
    assert service.slo.availability.value == Decimal("0.999")
    levels = service.alerts["HighErrorRate"].levels
    assert {key: level.threshold for key, level in levels.items()} == {
        "warning": "1%",
        "critical": "5%",
        "route": "/api",
    }
    assert str(levels["critical"].for_) == "1m"
    assert service.alerts["HighLatency"].off


def test_a_spec_cannot_be_changed(tmp_path: Path) -> None:
    """Two threads may read it."""
    spec = loaded(tmp_path, "").spec
    with pytest.raises(ValidationError, match="frozen"):
        spec.name = "other"  # type: ignore[misc]


def test_a_version_keeps_its_zero(tmp_path: Path) -> None:
    """3.10 is newer than 3.9."""
    assert loaded(tmp_path, "versions: {prometheus: 3.10, alertmanager: 0.33}").spec.versions.prometheus == "3.10"


def test_problems_of_form_and_of_meaning_come_together(tmp_path: Path) -> None:
    """One run, one list, in the order of the file."""
    with pytest.raises(SpecInvalid) as caught:
        loaded(
            tmp_path,
            'redis:\n  - {name: cache, url: "redis://r", depends_on: [nobody], pasword: x}\n'
            "versions: {prometheus: new}\n",
        )

    assert [(problem.line, problem.path[-1]) for problem in caught.value.problems] == [
        (4, 0),
        (4, "pasword"),
        (5, "prometheus"),
    ]


def test_a_faulty_key_does_not_make_others_look_wrong(tmp_path: Path) -> None:
    """`notify` is there, though wrong: nobody says that it is missing."""
    with pytest.raises(SpecInvalid) as caught:
        loaded(tmp_path, "severities: {critical: {notify: [7]}}\n")

    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("kind", ["missing", "folder", "bytes"])
def test_what_cannot_be_read_is_one_line(tmp_path: Path, kind: str) -> None:
    """With the path in it, and no traceback."""
    path = tmp_path / "monitoring.yml"
    if kind == "folder":
        path.mkdir()
    if kind == "bytes":
        path.write_bytes(b"name: \xff")

    with pytest.raises(UsageError) as caught:
        load(path)

    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_every_expected_failure_has_an_exit_status() -> None:
    """1, 2 or 3; 70 is for bugs."""
    kinds: list[type[WatchspecError]] = [WatchspecError, *WatchspecError.__subclasses__()]

    assert {kind.exit_status for kind in kinds} == {1, 2, 3}
