"""Dashboards as pages that need no Grafana: the same JSON, the data of a Prometheus, one file each."""
