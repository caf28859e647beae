"""Specs that the tests of dashboards share."""

import pytest

from watchspec.spec import Spec

AWKWARD = 'b"a.d$target [[target]] \\ ž {{x}}'
"""A name that PromQL, regular expressions and Grafana each would like to read in their own way."""


@pytest.fixture
def awkward() -> str:
    """A name with something in it for every reader to trip over."""
    return AWKWARD


@pytest.fixture
def full() -> Spec:
    """A target of every kind; services with a preset, with names of their own that clash with it, and with none."""
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


@pytest.fixture
def bare() -> Spec:
    """A stack without targets."""
    return Spec.model_validate({"version": 1, "name": "bare"})
