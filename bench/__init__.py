"""What the exporter and the generator cost, measured beside the exporters that this one replaces."""
