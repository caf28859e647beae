"""`python -m generator` is `watchspec generate`."""

from watchspec.cli import entry

if __name__ == "__main__":
    entry("generate")
