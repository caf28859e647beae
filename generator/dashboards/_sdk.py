"""Grafana's Foundation SDK, as far as the dashboards use it.

Its classic dashboard model warns of its own age when it is imported. That is the one that every Grafana provisions
from files, so it stays, and the warning goes no further.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, statetimeline, table, timeseries
    from grafana_foundation_sdk.cog import variants
    from grafana_foundation_sdk.cog.builder import Builder
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models import common as kinds
    from grafana_foundation_sdk.models import dashboard as model
    from grafana_foundation_sdk.models import prometheus as queries
    from grafana_foundation_sdk.models import units

__all__ = [
    "Builder", "JSONEncoder", "common", "dashboard", "kinds", "model", "prometheus", "queries", "stat", "statetimeline",
    "table", "timeseries", "units", "variants",
]  # fmt: skip
