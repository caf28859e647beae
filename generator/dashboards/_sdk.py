"""Grafana's Foundation SDK, as far as the dashboards use it.

Its classic dashboard model warns of its own age when it is imported. That is the one that every Grafana provisions
from files, so it stays, and the warning goes no further.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

_NEWER: Final = ("grafana_foundation_sdk.models.dashboardv2", "grafana_foundation_sdk.models.dashboardv2beta1")
"""Models of Grafana's newer formats: the builders mention them, no dashboard of ours uses them."""


class _Mentioned(ModuleType):
    """A module whose names only stand in annotations and as parameters of generic classes."""

    def __getattr__(self, name: str) -> type:
        return object


@contextmanager
def _without_newer() -> Iterator[None]:
    """Meanwhile the newer models are not read, which takes as long as all that is needed of the SDK."""
    absent = [name for name in _NEWER if name not in sys.modules]
    sys.modules.update({name: _Mentioned(name) for name in absent})
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


with warnings.catch_warnings(), _without_newer():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import (
        bargauge,
        common,
        dashboard,
        heatmap,
        prometheus,
        stat,
        statetimeline,
        table,
        timeseries,
    )
    from grafana_foundation_sdk.cog import variants
    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.models import common as kinds
    from grafana_foundation_sdk.models import dashboard as model
    from grafana_foundation_sdk.models import heatmap as heats
    from grafana_foundation_sdk.models import prometheus as queries
    from grafana_foundation_sdk.models import units

__all__ = [
    "Builder", "bargauge", "common", "dashboard", "heatmap", "heats", "kinds", "model", "prometheus",
    "queries", "stat", "statetimeline", "table", "timeseries", "units", "variants",
]  # fmt: skip
