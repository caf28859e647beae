"""Specs that the tests of dashboards share, and the dashboards that they give."""

import copy
import inspect
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from generator.layout import Files
from generator.render import render
from tests.support.dashboards import Json, dashboards
from watchspec.load import load
from watchspec.spec import Spec

AWKWARD = 'b"a.d$target [[target]] \\ ž {{x}}'
"""A name that PromQL, regular expressions and Grafana each would like to read in their own way."""
ROOT = Path(__file__).resolve().parents[3]
Mistake = Callable[[Mapping[str, Json]], object]
"""Makes one in a copy of dashboards."""
FILES = {
    "bundled": ROOT / "monitoring.yml",
    "everything": ROOT / "tests" / "generator" / "everything.yml",
    **{path.parent.name: path for path in sorted((ROOT / "tests" / "golden").glob("*/monitoring.yml"))},
}
"""Specs of the repository, by a name for tests."""


def _full() -> Spec:
    return Spec.model_validate(
        {
            "version": 1,
            "name": "shop",
            "hosts": [{"name": "web-1"}],
            "services": [
                {"name": "api", "url": "http://api:8000", "metrics": "/metrics", "instrumentation": "fastapi"},
                {
                    "name": AWKWARD,
                    "url": "http://odd:8000",
                    "metrics": "/metrics",
                    "instrumentation": {"requests": "http_requests_total", "status": "code"},
                },
                {"name": "old", "url": "http://old:8000", "metrics": "/metrics", "instrumentation": "otel-old"},
                {"name": "plain", "url": "tcp://plain:25"},
            ],
            "redis": [{"name": "cache", "url": "redis://redis:6379"}],
            "postgres": [{"name": "main-db", "url": "postgresql://watch@db/app"}],
        }
    )


def _odd() -> Spec:
    """Every name of it is awkward; runbooks and the others have addresses of their own."""
    return Spec.model_validate(
        {
            "version": 1,
            "name": AWKWARD,
            "hosts": [{"name": f"host {AWKWARD}"}],
            "services": [
                {
                    "name": AWKWARD,
                    "url": "http://odd:8000",
                    "metrics": "/metrics",
                    "instrumentation": "fastapi",
                    "slo": {"availability": "99.9%", "latency": {"below": "300ms", "for": "99%"}},
                }
            ],
            "redis": [{"name": f"cache {AWKWARD}", "url": "redis://redis:6379", "queues": {AWKWARD: {"warning": 3}}}],
            "postgres": [
                {
                    "name": f"db {AWKWARD}",
                    "url": "postgresql://watch@db/app",
                    "queries": [
                        {
                            "name": "payments_total",
                            "help": f"Payments by {AWKWARD}.",
                            "sql": "SELECT outcome, count(*) AS value FROM payments GROUP BY outcome",
                            "type": "counter",
                            "labels": ["outcome"],
                        }
                    ],
                }
            ],
            "severities": {"sev.1": {}, "sev 2": {}, "c|3": {}},
            "links": {"runbooks": "https://wiki/alerts/", "alertmanager": "https://am/", "grafana": "https://g/"},
            "prometheus": {"scrape_interval": "1m", "retention": "10d"},
        }
    )


def _bare() -> Spec:
    return Spec.model_validate({"version": 1, "name": "bare"})


def _read(path: Path) -> Spec:
    return load(path).spec


SPECS: Mapping[str, Callable[[], Spec]] = {
    "full": _full,
    "odd": _odd,
    "bare": _bare,
    **{name: partial(_read, path) for name, path in FILES.items()},
}
"""Every spec whose dashboards are judged."""


@cache
def _spec(name: str) -> Spec:
    return SPECS[name]()


@cache
def _files(name: str) -> Files:
    return render(_spec(name))


@cache
def _boards(name: str) -> Mapping[str, Json]:
    return dashboards(_files(name))


@pytest.fixture
def awkward() -> str:
    """A name with something in it for every reader to trip over."""
    return AWKWARD


@pytest.fixture
def full() -> Spec:
    """A target of every kind; services with a preset, with names of their own that clash with it, and with none."""
    return _full()


@pytest.fixture
def bare() -> Spec:
    """A stack without targets."""
    return _bare()


@pytest.fixture(params=SPECS)
def case(request: pytest.FixtureRequest) -> str:
    """The name of each spec in turn."""
    return str(request.param)


@pytest.fixture
def spec(case: str) -> Spec:
    """Each spec in turn."""
    return _spec(case)


@pytest.fixture
def boards(case: str) -> Mapping[str, Json]:
    """The dashboards of each spec in turn, by their names; to be read only."""
    return _boards(case)


@pytest.fixture
def files(case: str) -> Files:
    """All that is generated for each spec in turn; to be read only."""
    return _files(case)


@pytest.fixture
def bundled() -> Mapping[str, Json]:
    """The dashboards of the bundled spec; to be read only."""
    return _boards("bundled")


@pytest.fixture
def every() -> Mapping[str, Json]:
    """All different dashboards of all specs as `spec/dashboard`, for what takes long to begin; to be read only."""
    found: dict[str, Json] = {}
    for name in SPECS:
        found |= {f"{name}/{title}": board for title, board in _boards(name).items() if board not in found.values()}
    return found


@pytest.fixture
def sees() -> Callable[[Callable[..., None], Mistake], None]:
    """Let a check, a test's function, look at good dashboards, which it must accept, and at the same with a mistake."""

    def judge(check: Callable[..., None], mistake: Mistake) -> None:
        given: dict[str, Any] = {
            "boards": copy.deepcopy(_boards("odd")), "files": _files("odd"), "spec": _spec("odd"), "awkward": AWKWARD,
        }  # fmt: skip
        wanted = {name: given[name] for name in inspect.signature(check).parameters}
        check(**wanted)
        mistake(wanted["boards"])
        with pytest.raises((AssertionError, ValueError)):
            check(**wanted)

    return judge
