"""`python -m exporter` is `watchspec serve`."""

import sys

from watchspec.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]], sys.stdout, sys.stderr))
