"""Linux: small readers of /proc and /sys, one file a collector, with node_exporter's names; `table` lists them.

Each has `collect(tree, out)`, or a class with such a method where it keeps something; reads below the folder it is
given, and raises `FileNotFoundError` where the kernel does not have what it reads.
"""
