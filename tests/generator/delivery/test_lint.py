"""`amlint check --strict` on everything that is generated: the bundled spec, the kept cases, and any other.

What it warns of though it is meant is named in `MEANT`, with the reason; each is let through only where that holds.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
import yaml
from hypothesis import HealthCheck, Phase, assume, given, settings

from generator import alertmanager
from generator.findings.whole import findings
from generator.layout import COMPOSE
from tests.support import told
from watchspec import meaning
from watchspec.load import load
from watchspec.spec import Spec

ROOT: Final = Path(__file__).resolve().parents[3]
SPECS: Final = (ROOT / "monitoring.yml", *sorted((ROOT / "tests/golden").glob("*/monitoring.yml")))
Found = Mapping[str, Any]
"""A piece of the configuration."""


def _names_both(rule: Found) -> bool:
    sides = rule["source_matchers"], rule["target_matchers"]
    return all(any(text.startswith(("target=", "alertname=")) for text in side) for side in sides)


MEANT: Final[Mapping[str, Callable[[Found], bool]]] = {
    # A dependency and what depends on it have no label in common: both sides name their targets instead.
    "inhibit-no-equal": _names_both,
    # It is for nobody; a spec without channels has nobody at all, which `watchspec check` says.
    "empty-receiver": lambda receiver: receiver["name"].startswith(("nobody", "severity/")),
    # The watchdog is told at every tick of its group: a repeat just below it is always due.
    "repeat-before-group": lambda route: route.get("receiver") == "watchdog",
    # The wait is the escalation, how long somebody has to silence it; or it is the user's own, of a calm severity.
    "wait-exceeds-interval": lambda route: "group_wait" in route and "severity=" in str(route["matchers"]),
}


def _complaints(specs: Sequence[Spec]) -> list[str]:
    """What amlint says of their configurations, without what is meant."""
    with TemporaryDirectory(prefix="watchspec-") as folder:
        paths = [_written(spec, Path(folder) / str(place)) for place, spec in enumerate(specs)]
        command = [str(Path(sys.executable).parent / "amlint"), "check", "--strict", "--format=json", *map(str, paths)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        said = json.loads(done.stdout)
        configs = {str(path): yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}
    assert done.returncode in {0, 1}, done.stderr
    return [
        f"{one['code']} {one['where']}: {one['message']}"
        for one in said
        if one["level"] != "info" and not _meant(one, configs[one["file"]])
    ]


def _written(spec: Spec, folder: Path) -> Path:
    for name, text in alertmanager.emit(spec, COMPOSE).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "alertmanager/alertmanager.yml"


def _meant(one: Found, config: Found) -> bool:
    allowed = MEANT.get(one["code"])
    return allowed is not None and allowed(_piece(one["where"], config))


def _piece(where: str, config: Found) -> Found:
    """The piece of `config` at `route.routes[1]`, `inhibit_rules[3]` or `receivers[name]`."""
    found: Any = config
    for step in where.replace("]", "").split("." if where.startswith("route") else "\0"):
        name, _, index = step.partition("[")
        found = found[name]
        if index:
            found = found[int(index)] if index.isdecimal() else next(item for item in found if item["name"] == index)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.parent.name)
def test_amlint_has_nothing_to_say_of_what_is_kept(path: Path) -> None:
    """The bundled spec and the cases."""
    assert _complaints([load(path).spec]) == []


@settings(
    max_examples=int(os.environ.get("WATCHSPEC_EXAMPLES", "6")),
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(told.specs(datetime.now(UTC) + timedelta(days=3)))
def _gather(spec: Spec) -> None:
    assume(not [*meaning.findings(spec), *findings(spec)])
    GATHERED.append(spec)


GATHERED: Final[list[Spec]] = []


def test_amlint_has_nothing_to_say_of_any_spec_that_we_find_right() -> None:
    """Severities, exceptions, windows, hours and dependencies in every mixture; not those that we warn of ourselves."""
    _gather()
    assert len(GATHERED) >= 6
    assert _complaints(GATHERED) == []
