"""The same stack for the Prometheus Operator: manifests instead of files that a container mounts."""
