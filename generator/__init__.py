"""Spec → rules, Alertmanager and Prometheus configuration, dashboards."""
