"""Spec → /metrics: the exporter."""
