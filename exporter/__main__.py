"""`python -m exporter` is `watchspec serve`."""

from watchspec.cli import entry

if __name__ == "__main__":
    entry("serve")
