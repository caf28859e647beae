"""Linux: small readers of /proc and /sys, one file a collector, with node_exporter's names.

Each has `collect(tree, out)`, reads below the folder it is given, and raises `FileNotFoundError` where the kernel does
not have what it reads.
"""
