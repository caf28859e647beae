"""Reading of /proc and /sys, one file a node_exporter collector."""
