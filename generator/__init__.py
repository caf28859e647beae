"""Spec → rules, Alertmanager and Prometheus configuration, dashboards."""

from generator.findings import findings
from generator.render import render

__all__ = ["findings", "render"]
