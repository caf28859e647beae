"""Spec → rules, Alertmanager and Prometheus configuration, dashboards: `generator.render.render`."""
